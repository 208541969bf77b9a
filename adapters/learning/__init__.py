"""Learning, behind small doors; what it needs is loaded only when somebody learns.

`fit` learns one linear head (scikit-learn); `encoding` trains the encoder (PyTorch).
"""

from adapters.learning import encoding
from adapters.learning.linear import fit

__all__ = ["encoding", "fit"]

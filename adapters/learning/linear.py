"""The learner: scikit-learn behind one small door, loaded only when somebody learns.

`fit` turns described cases into rows of weights (see `bot/reading/model.py` for their shape). It is deterministic:
features are sorted, solvers are exact (L-BFGS), and nothing is drawn by lot. Only features that stand in at least
`seen` cases get a weight: what was seen once or twice in training is a name or a turn of one item, and does not
travel.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import UsageError

Features = Mapping[str, float]
Row = dict[str, Any]


def fit(
    head: str,
    cases: Sequence[Features],
    labels: Sequence[str],
    *,
    strength: float = 1.0,
    seen: int = 4,
    weights: Sequence[float] | None = None,
) -> list[Row]:
    """Learn one head by logistic regression and return a row for each label, sorted.

    With the labels ``yes`` and ``no``, one row: of ``yes``. With others, one row each, softmax. `strength` is the
    inverse of L2's weight.
    """
    try:
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise UsageError("learning needs scikit-learn: pip install 'sanctionwire[learn]'") from error
    frequency = Counter(name for case in cases for name in case)
    names = sorted(name for name, count in frequency.items() if count >= seen)
    index = {name: at for at, name in enumerate(names)}
    data, columns, ends = [], [], [0]
    for case in cases:
        for name, value in case.items():
            if (at := index.get(name)) is not None:
                data.append(value)
                columns.append(at)
        ends.append(len(data))
    matrix = csr_matrix((data, columns, ends), shape=(len(cases), len(names)))
    model = LogisticRegression(C=strength, max_iter=1000, tol=1e-3)
    model.fit(matrix, list(labels), sample_weight=list(weights) if weights is not None else None)
    classes = ["yes"] if set(model.classes_) == {"no", "yes"} else [str(label) for label in model.classes_]
    return [
        {"head": head, "label": label, "bias": float(bias), "weights": dict(zip(names, map(float, row), strict=True))}
        for label, bias, row in zip(classes, model.intercept_, model.coef_, strict=True)
    ]

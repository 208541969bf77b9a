"""What was learned: the linear heads' weights and the encoder, as the seeds have them, each made ready once."""

from functools import lru_cache

from bot.lexicon import Lexicon
from bot.reading.encoder import Encoder
from bot.reading.model import NO_WEIGHTS, Weights


@lru_cache(maxsize=4)
def weights_of(lexicon: Lexicon) -> Weights:
    """Return the linear heads; nothing where the seeds hold no weights."""
    rows = lexicon.seeds.get("weights")
    return Weights.parse(rows) if rows else NO_WEIGHTS


@lru_cache(maxsize=4)
def encoder_of(lexicon: Lexicon) -> Encoder | None:
    """Return the encoder; None where the seeds hold none: then the features decide alone."""
    data = lexicon.seeds.get("encoder")
    return Encoder(data) if data else None

"""The words that all others are made of: codes, keys, stages."""

from enum import StrEnum

Code = str
Key = str


class Stage(StrEnum):
    """What happens to a measure, in the words of sanctions practice."""

    IMPOSED = "imposed"
    PROPOSED = "proposed"
    EXTENDED = "extended"
    EASING_PROPOSED = "easing_proposed"
    EASED = "eased"
    BLOCKED = "blocked"
    ENFORCED = "enforced"
    CONDEMNED = "condemned"
    CONTEXT = "context"


class WhyNot(StrEnum):
    """Why an item is no sanctions news."""

    SPORTS = "sports"
    APPROVED = "approved"
    COMMERCIAL = "commercial"
    BACKGROUND = "background"
    OTHER = "other"

"""One event, one story: `place` says whether a report tells a known event, adds to it, or begins a story.

words      what two outlets' texts have in common: stems, numbers, ordinals
recent     the stories of the last days, found by words and actors
score      do they tell the same event? a linear score of named features
growth     what a further report adds
links      which earlier story a new one continues, which it answers
placing    place itself, and the verdicts; echo for what was not read
knowledge  weights, windows and familiar words: `seeds/stories.toml`
"""

from bot.stories.knowledge import Knowledge, compile_knowledge
from bot.stories.placing import Placed, Placement, echo, place
from bot.stories.recent import Recent

__all__ = ["Knowledge", "Placed", "Placement", "Recent", "compile_knowledge", "echo", "place"]

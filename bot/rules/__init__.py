"""Rules and subscriptions: what people want to hear, in one grammar, judged together.

``issuer:us,eu target:ir stage:imposed -instrument:travel_ban "shadow fleet" every:day at:09:00 zone:Europe/Berlin``

`grammar` reads a line into a `Query` (`query`), `matching` judges one item by it and says why, `compiled`
judges an item by ten thousand of them. `words` says what it means that a text has a phrase; `values` knows what
may stand after a colon.
"""

from bot.rules.compiled import Picked, RuleSet, compile_rules
from bot.rules.grammar import parse
from bot.rules.matching import Subject, Verdict, mark, matches
from bot.rules.query import Every, Names, Query, Rhythm, RuleField, Term, print_line

__all__ = [
    "Every",
    "Names",
    "Picked",
    "Query",
    "Rhythm",
    "RuleField",
    "RuleSet",
    "Subject",
    "Term",
    "Verdict",
    "compile_rules",
    "mark",
    "matches",
    "parse",
    "print_line",
]

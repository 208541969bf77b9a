"""What people may ask, in a chat or on the command line: one table, one place where the right to ask is checked.

A platform only translates: typed options or a line of words to a `Request`, a `Message` back. A row added to one of
the tables below is there on every platform at once.

    desk         admits a question, checks the right, answers; never raises       office   what answers are made from
    looking      country, between, latest, search, story                          line     typed words to options
    listing      subscriptions, rules, feeds                                      pages    long lists
    explaining   why, status, help
"""

from bot.commands.desk import FrontDesk
from bot.commands.office import Hooks, Office

__all__ = ["FrontDesk", "Hooks", "Office"]

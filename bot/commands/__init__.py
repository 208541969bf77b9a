"""What people may ask, in a chat or on the command line: one table, one place where the right to ask is checked.

A platform only translates: typed options or a line of words to a `Request`, a `Message` back. A row added to one of
the tables below is there on every platform at once.

    desk         admits a question, checks the right, answers         office     what answers are made from
    country      country                                              line       typed words to options, and back
    timelines    between, timeline                                    looking    latest, search, story
    subscribing  subscribe, unsubscribe, subscriptions                pages      long lists
    ruling       rules list, add, edit, remove, test                  completing what may be offered while typing
    history      rules history, undo, export, import                  trying     back-tests, in words
    feeding      feeds list, add, pause, resume, remove               drafting   confirm, cancel
    explaining   why, status, help                                    flood      how much one person may ask
    judging      not_relevant, mute
"""

from bot.commands.desk import FrontDesk
from bot.commands.office import Hooks, Office

__all__ = ["FrontDesk", "Hooks", "Office"]

"""Starts the service again and again: it has imported everything once, and forks for each life.

What is forked runs the command line as any shell would, with files of its own for its output; only the seconds that
Python's imports and the seeds take are saved. One order on each line of standard input, one answer on each of
standard output: ``{"words", "env", "out", "log", "largest"}`` starts a life and answers its process id; ``{"wait"}``
answers its exit code, negative for the signal that ended it. `largest` is the size in bytes beyond which it can write
no file.
"""

import json
import os
import random
import resource
import sys
from typing import Any, NoReturn

import adapters.chat.discord.client
import adapters.chat.slack.client  # noqa: F401 - nor this
from bot.__main__ import main
from bot.cli import service
from bot.cli.build import compile_knowledge


def live(order: dict[str, Any]) -> NoReturn:
    """Be the service, in a process of its own."""
    for descriptor, name in ((1, order["out"]), (2, order["log"])):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    os.environ.update(order["env"])
    if order["largest"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"], order["largest"]))
    random.seed()
    code = main(order["words"])
    sys.stdout.flush()
    os._exit(code)


def serve() -> None:
    """Do as ordered until standard input ends."""
    known = compile_knowledge()
    vars(service)["compile_knowledge"] = lambda: known
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        else:
            answer = os.fork()
            if not answer:
                live(order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()

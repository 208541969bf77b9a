"""lemon24's reader as a process of its own, run by whatever Python has it installed; imports nothing of this project.

    python reader_side.py DATABASE

Standard input takes one line an order: `add URL`, or `visit`, which visits every feed and is answered by a line with
the seconds of processor time it took. Its feeds are visited whenever asked: reader's own rhythm of an hour is off. It
works with one thread, which costs it the least; it stores entries and decides nothing.
"""

import gc
import sys
import time
from importlib import import_module


def main() -> None:
    """Obey until the input ends."""
    reader = import_module("reader").make_reader(sys.argv[1])
    for line in sys.stdin:
        order, _, url = line.strip().partition(" ")
        if order == "add":
            reader.add_feed(url)
            continue
        gc.collect()
        began = time.process_time()
        reader.update_feeds(scheduled=False, workers=1)
        sys.stdout.write(f"{time.process_time() - began}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

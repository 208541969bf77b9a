"""`sanctionwire`: parses what was typed, runs it, and turns every error into one line and an exit code.

0: done. 1: failed. 2: wrong usage.
"""

import os
import sys
import traceback
from collections.abc import Sequence

from bot.cli.arguments import parse_arguments
from bot.errors import ConfigError, SanctionwireError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        code: int = options.run(options, os.environ)
        return code
    except BrokenPipeError:
        # whoever read our output has gone, as `head` does: nothing is wrong, and nothing more may be written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except SanctionwireError as error:
        if options.debug:
            traceback.print_exc()
        print(_line(error), file=sys.stderr)  # noqa: T201 - the command line's own voice
        return 2 if isinstance(error, UsageError) else 1


def _line(error: SanctionwireError) -> str:
    if isinstance(error, ConfigError) and len(error.faults) > 1:
        return "\n".join(["sanctionwire: the configuration has faults:", *(f"  {fault}" for fault in error.faults)])
    return f"sanctionwire: {error}"


if __name__ == "__main__":
    sys.exit(main())

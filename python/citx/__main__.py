"""The program `citx`, as the package installs it: `python -m citx` is the same."""

from __future__ import annotations

import signal
import sys

from citx._citx import _main


def main() -> int:
    """Run the program on the process's arguments.

    Returns:
        The exit status: 0, 2 for wrong usage, the number of an error's kind, or 130 when interrupted.
    """
    # Python's own handler would wait for the program to end: citx installs one that stops it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _main(["citx", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())

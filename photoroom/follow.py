"""Run a command that ends with the process that started it: `python -I follow.py PARENT_PID COMMAND...`.

A program of its own, because the call must be made in the child, between fork and exec, where a program with threads
must not run Python. On systems other than Linux the command simply runs.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel for SIGTERM at the parent's death, then become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died before the call
            return
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()

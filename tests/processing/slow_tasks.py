"""What workers are given in tests of crashes: the file's content says what goes wrong."""

import os
import signal
import time
from pathlib import Path

from processing.errors import UnreadableImage
from processing.pipeline import Analyzed


def obey(path: Path) -> Analyzed:
    """Do what the file says."""
    word = path.read_text()
    if word == "crash":
        os.abort()
    if word == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "hang":
        time.sleep(600)
    if word == "memory":
        bytearray(8 << 30)
    if word == "bug":
        raise KeyError("a bug")
    if word == "unreadable":
        raise UnreadableImage("This is no picture.")
    return Analyzed("photo", "JPEG", 4, 3, None, "#000000", faces=[])

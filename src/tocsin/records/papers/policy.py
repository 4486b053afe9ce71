"""What templates of papers may read, and how many papers are made at once."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

ROOT = Path(__file__).resolve().parent.parent.parent
"""What templates may read: the package, and nothing else of the machine."""

FILE = Path(__file__).with_name("press.toml")


class PressPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many at once, how long a request waits for its turn and for its paper, and how much may be in it."""

    at_once: int
    wait_s: float
    longest_s: float
    largest_megabytes: float


PRESS = PolicyFile("records.press", FILE, reader(PressPolicy), "文书打印", "Printing of papers")

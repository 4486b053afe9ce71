"""What a message that is kept looks like to a person, and what reading some of them again would bring. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MOST_TEXT: Final = 4000  # characters that are shown
MOST_HEX: Final = 2048  # bytes that are shown
LINE: Final = 16


class State(StrEnum):
    """Where a rereading stands."""

    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True)
class View:
    """A content to be looked at: a text, or bytes in hexadecimal digits with their letters beside; `is_cut`: there is more."""

    text: str
    is_hex: bool
    is_cut: bool


@dataclass
class Tally:
    """What reading messages again brings: how many are read whole, in part or not; readings for the log and for the history
    alone; the reasons of what is left.
    """

    tried: int = 0
    whole: int = 0
    partly: int = 0
    readings: int = 0
    imported: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def unread(self) -> int:
        """Messages of which nothing new can be read."""
        return self.tried - self.whole - self.partly

    def add(self, reason: str, readings: int, imported: int) -> None:
        """Counts one message; `reason` is empty where nothing of it is left."""
        self.tried += 1
        self.readings += readings
        self.imported += imported
        if not reason:
            self.whole += 1
            return
        self.partly += 1 if readings + imported else 0
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


def common_region(codes: Iterable[str]) -> str:
    """The smallest region that holds all of them; empty for the whole country.

    >>> common_region(["370213", "370202"]), common_region(["370213"]), common_region(["370213", "110101"])
    ('370200', '370213', '')
    """
    found = set(codes)
    for digits in (6, 4, 2):
        shared = {code[:digits] for code in found}
        if len(shared) == 1:
            return shared.pop().ljust(6, "0")
    return ""


def view_of(content: bytes, encodings: tuple[str, ...] = ("utf-8",)) -> View:
    r"""A text where it is one, else its bytes.

    >>> view_of(b'{"values": {}}').text
    '{"values": {}}'
    >>> view_of(b"\xff\x00A").text
    '0000  ff 00 41                                         ..A'
    """
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(letter.isprintable() or letter in "\r\n\t" for letter in text):
            return View(text[:MOST_TEXT], is_hex=False, is_cut=len(text) > MOST_TEXT)
    lines = []
    for start in range(0, min(len(content), MOST_HEX), LINE):
        part = content[start : start + LINE]
        letters = "".join(chr(one) if 32 <= one < 127 else "." for one in part)
        lines.append(f"{start:04x}  {part.hex(' '):<{3 * LINE}} {letters}".rstrip())
    return View("\n".join(lines), is_hex=True, is_cut=len(content) > MOST_HEX)

"""Codes of supplies: GB/T 38565-2020, and the local code of one kind of item."""

import re
from typing import Final

_CODE: Final = re.compile(r"[123](\d{2}){3}")


def is_class_code(code: str) -> bool:
    """Whether it is a code of GB/T 38565: four levels in 1 + 2 + 2 + 2 digits; 00 stands only where a class above is meant.

    >>> [is_class_code(one) for one in ("1000000", "1010203", "1019900", "1000100", "4010203", "101020")]
    [True, True, True, False, False, False]
    """
    if not _CODE.fullmatch(code):
        return False
    pairs = [code[1:3], code[3:5], code[5:7]]
    ended = False
    for pair in pairs:
        if ended and pair != "00":
            return False
        ended = ended or pair == "00"
    return True


def item_code(class_code: str, serial: int) -> str:
    """The local code of a kind of item: class code and serial number.

    >>> item_code("1010203", 7)
    '1010203-0007'
    """
    return f"{class_code}-{serial:04d}"

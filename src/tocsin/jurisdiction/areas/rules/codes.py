"""Codes of administrative areas: which governs which."""

from typing import Final

EVERYWHERE: Final = "000000"
"""The region above all provinces. No code of GB/T 2260: it stands for the whole installation."""


TOWN_DIGITS: Final = 9
"""Digits of the statistical code of a street or town; the first six are those of its area."""


def governing_prefix(region_code: str) -> str:
    """The digits that every code governed by this one begins with (GB/T 2260: trailing pairs of zeros are no level of their own).

    >>> [governing_prefix(code) for code in ("370000", "370200", "371000", "370213", "370213001", EVERYWHERE)]
    ['37', '3702', '3710', '370213', '370213001', '']
    """
    prefix = region_code
    if len(prefix) == 6:
        while prefix.endswith("00") and len(prefix) % 2 == 0:
            prefix = prefix[:-2]
    return prefix


def governs(region_code: str, other_code: str) -> bool:
    """True where the first region is the second or lies above it. An empty code governs nothing."""
    return bool(region_code) and other_code.startswith(governing_prefix(region_code))


def codes_above(prefix: str) -> tuple[str, ...]:
    """The codes of six digits that govern all codes that begin so, the widest first.

    >>> codes_above("370213"), codes_above("3702"), codes_above("")
    (('000000', '370000', '370200', '370213'), ('000000', '370000', '370200'), ('000000',))
    """
    lengths = [length for length in (2, 4, 6) if length <= len(prefix)]
    return tuple(dict.fromkeys((EVERYWHERE, *(prefix[:length].ljust(6, "0") for length in lengths))))

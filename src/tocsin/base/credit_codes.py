"""The unified social credit code (统一社会信用代码, GB 32100-2015) and the organisation code inside it (GB 11714-1997)."""

from enum import StrEnum
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015, table 1: no I, O, S, V, Z."""
LENGTH: Final = 18
WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(LENGTH - 1))  # GB 32100-2015, table 2: 3^(i-1) mod 31

_ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714-1997
_WIDE: Final = {ord("０") + place: str(place) for place in range(10)} | {
    ord("Ａ") + place: chr(65 + place) for place in range(26)
}
_LOOKS_LIKE: Final = {"I": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}


class CreditCodeVerdict(StrEnum):
    """What is wrong with a code, or that nothing is."""

    VALID = "valid"
    LENGTH = "length"
    CHARACTER = "character"
    CHECK = "check"
    ORGANISATION = "organisation"
    """The last character is right, the organisation code's own check (position 17) is not: read it again from the licence."""


def normal_credit_code(text: str) -> str:
    """Upper case, half width, without spaces and hyphens: nothing is guessed.

    >>> normal_credit_code(" ９１３５０１００-m000100y43 ")
    '91350100M000100Y43'
    """
    return "".join(text.translate(_WIDE).upper().split()).replace("-", "")


def check_character(body: str) -> str:
    """The 18th character of 17 of the alphabet: 31 minus the weighted sum modulo 31 (GB 32100-2015, 5.5).

    ValueError for a body of another length or with other characters.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    if len(body) != LENGTH - 1:
        raise ValueError("a check character belongs to 17 characters")
    total = sum(ALPHABET.index(one) * weight for one, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check_character(body: str) -> str:
    """The ninth character of an organisation code's eight: 11 minus the weighted sum modulo 11; 10 is X, 11 is 0 (GB 11714-1997).

    ValueError for a body of another length or with other characters.

    >>> organisation_check_character("M000100Y")
    '4'
    """
    if len(body) != len(_ORGANISATION_WEIGHTS):
        raise ValueError("a check character belongs to 8 characters")
    total = sum(_ORGANISATION_ALPHABET.index(one) * weight for one, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def judge_credit_code(code: str) -> CreditCodeVerdict:
    """The verdict on a code in its normal form.

    >>> judge_credit_code("91350100M000100Y4Z").value, judge_credit_code("91350100M000100Y43").value
    ('character', 'valid')
    """
    if len(code) != LENGTH:
        return CreditCodeVerdict.LENGTH
    if any(one not in ALPHABET for one in code):
        return CreditCodeVerdict.CHARACTER
    if check_character(code[:-1]) != code[-1]:
        return CreditCodeVerdict.CHECK
    if organisation_check_character(code[8:16]) != code[16]:
        return CreditCodeVerdict.ORGANISATION
    return CreditCodeVerdict.VALID


def read_as(code: str) -> str:
    """The valid code that is meant where letters stand for the digits they look like (I, O, S, Z) or V for U; else ''.

    >>> read_as("9135O1OOM000100Y43")
    '91350100M000100Y43'
    """
    meant = "".join(_LOOKS_LIKE.get(one, one) for one in code)
    return meant if judge_credit_code(meant) is CreditCodeVerdict.VALID else ""

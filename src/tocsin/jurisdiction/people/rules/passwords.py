"""Whether a password is one that is tried first: a common one, a word of the house, or one with something around it. Pure."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from itertools import takewhile
from typing import Final

_SIGNS_FOR_LETTERS: Final = str.maketrans("013457@$!", "oieastasi")
SHORTEST_WORD: Final = 4
LONGEST_LOOKED_AT: Final = 64
LEAST_DIFFERENT: Final = 5
LEAST_OWN: Final = 6
"""So many signs beside the words that are known make a password one's own."""


class PasswordVerdict(StrEnum):
    """What a password is."""

    OWN = "own"
    COMMON = "common"
    HOUSE_WORD = "house_word"


def judge_password(password: str, *, common: Collection[str], house: Collection[str]) -> PasswordVerdict:
    """`common` and `house` are words in small letters.

    A common password is no better with digits and signs before or after it, twice over, or with signs in the place of letters; a
    word of the house is refused where little else is in it.

    >>> judge_password("P@ssword2026!", common={"password"}, house=set())
    <PasswordVerdict.COMMON: 'common'>
    >>> judge_password("Qingdao-119119", common=set(), house={"qingdao"})
    <PasswordVerdict.HOUSE_WORD: 'house_word'>
    >>> judge_password("a heron walks over wet slate", common={"heron"}, house={"qingdao"})
    <PasswordVerdict.OWN: 'own'>
    """
    small = password.lower()
    if len(set(small)) < LEAST_DIFFERENT or any(word in common for word in _cores(small)):
        return PasswordVerdict.COMMON
    rest = small
    for word in sorted(house, key=len, reverse=True):
        rest = rest.replace(word, "")
    letters = sum(sign.isalpha() for sign in rest)
    if rest != small and letters < LEAST_OWN:
        return PasswordVerdict.HOUSE_WORD
    return PasswordVerdict.OWN


def _cores(small: str) -> Iterator[str]:
    """What a password may be made of: itself, and what is left without some of the digits and signs at its ends."""
    yield small
    if len(small) > LONGEST_LOOKED_AT:
        return
    lead = sum(1 for _sign in takewhile(lambda sign: not sign.isalpha(), small))
    trail = sum(1 for _sign in takewhile(lambda sign: not sign.isalpha(), reversed(small)))
    for start in range(lead + 1):
        for end in range(len(small) - trail, len(small) + 1):
            core = small[start:end]
            if len(core) >= SHORTEST_WORD:
                yield from (core, _once(core), plain := core.translate(_SIGNS_FOR_LETTERS), _once(plain))


def _once(word: str) -> str:
    """The part that a word repeats: `abcabc` is `abc`."""
    for length in range(1, len(word) // 2 + 1):
        if len(word) % length == 0 and word[:length] * (len(word) // length) == word:
            return word[:length]
    return word

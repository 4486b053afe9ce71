"""What of a value is shown to those who may not read it whole."""

from enum import StrEnum
from typing import Final

import polars as pl

STARS: Final = "***"
FIRST, LAST, SHORTEST = 3, 4, 10


class Mask(StrEnum):
    """How a column is masked."""

    ALL = "all"
    """Nothing of it; that a text is there can be told."""
    ENDS = "ends"
    """The first three and the last four characters of a text of ten or more: telephones, identity numbers."""
    NAME = "name"
    """The first character: names of people."""


class Clear(StrEnum):
    """Who reads a masked column whole, besides those who keep the resource."""

    KEEPERS = "keepers"
    OWNER = "owner"
    """All people of the body that owns it."""
    AGREEMENT = "agreement"
    """Bodies to which it was granted by an agreement."""


def masked(name: str, kind: pl.DataType, mask: Mask) -> pl.Expr:
    """The column as it is shown; what is no text is left empty.

    >>> phones = pl.DataFrame({"phone": ["13812345678", "110", None]})
    >>> phones.select(masked("phone", pl.String(), Mask.ENDS))["phone"].to_list()
    ['138***5678', '***', None]
    >>> phones.select(masked("phone", pl.String(), Mask.NAME))["phone"].to_list()
    ['1**', '1**', None]
    """
    whole = pl.col(name)
    if kind != pl.String():
        return pl.lit(None, dtype=kind).alias(name)
    shown: pl.Expr = pl.lit(STARS)
    if mask is Mask.ENDS:
        ends = whole.str.slice(0, FIRST) + pl.lit(STARS) + whole.str.slice(-LAST)
        shown = pl.when(whole.str.len_chars() >= SHORTEST).then(ends).otherwise(pl.lit(STARS))
    elif mask is Mask.NAME:
        shown = whole.str.slice(0, 1) + pl.lit("**")
    return pl.when(whole.is_null()).then(whole).otherwise(shown).alias(name)

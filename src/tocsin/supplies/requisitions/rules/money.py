"""Sums of money: typed in yuan, kept in whole fen. Pure."""

from decimal import Decimal
from typing import Final

from tocsin.base.errors import InvalidInput

MOST_FEN: Final = 10**13


def to_fen(yuan: Decimal) -> int:
    """Fen of a sum in yuan; InvalidInput below zero, too large, or with parts of a fen.

    >>> to_fen(Decimal("12.5"))
    1250
    """
    fen = yuan * 100
    if not yuan.is_finite() or not 0 <= fen <= MOST_FEN:
        raise InvalidInput("A sum lies between 0 and 100,000,000,000 yuan.")
    if fen != fen.to_integral_value():
        raise InvalidInput("A sum has at most two decimals.")
    return int(fen)


def yuan_words(fen: int) -> str:
    """The sum as it is read.

    >>> yuan_words(1234550), yuan_words(30000)
    ('¥12,345.50', '¥300')
    """
    return f"¥{fen // 100:,}" if fen % 100 == 0 else f"¥{Decimal(fen) / 100:,.2f}"

"""Amounts: whole thousandths of an item's count unit, so that sums are exact on every database.

12.5 t of rice are 12,500. Pieces, which only totals speak of, are counted in millionths of a piece: thousandths of a unit times
thousandths of a piece in a unit.
"""

from decimal import Decimal, InvalidOperation
from typing import Final

from tocsin.base.errors import InvalidInput

THOUSAND: Final = 1000
GRAMS: Final = 1000  # in a kilogram
CUBIC_CENTIMETRES: Final = 1_000_000  # in a cubic metre
MILLION: Final = 1_000_000
MOST: Final = 10**12
"""Thousandths: a thousand million units of one lot."""


def to_amount(number: Decimal | int | str) -> int:
    """Thousandths of a number of units; InvalidInput for what is no number, is not above zero, or has more than three decimals.

    >>> to_amount("12.5"), to_amount(3)
    (12500, 3000)
    """
    try:
        exact = Decimal(str(number).strip().replace(",", "").replace("，", ""))
        if not exact.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise InvalidInput("%(given)s is no number.", given=str(number)[:40]) from None
    thousandths = exact * THOUSAND
    if thousandths <= 0 or thousandths > MOST:
        raise InvalidInput("A quantity lies above 0 and is at most %(most)s.", most=f"{MOST // THOUSAND:,}")
    if thousandths != thousandths.to_integral_value():
        raise InvalidInput("A quantity has at most three decimals.")
    return int(thousandths)


def to_number(amount: int) -> Decimal:
    """The number of units that an amount is, without superfluous zeros.

    >>> to_number(12500), to_number(3000)
    (Decimal('12.5'), Decimal('3'))
    """
    number = (Decimal(amount) / THOUSAND).normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def pieces(amount: int, pieces_per_unit: int) -> int:
    """Millionths of a piece in an amount; `pieces_per_unit` in thousandths.

    >>> pieces(2000, 24_000)
    48000000
    """
    return amount * pieces_per_unit


def to_pieces(millionths: int) -> int:
    """Whole pieces for a total, rounded to the nearest."""
    return (millionths + MILLION // 2) // MILLION

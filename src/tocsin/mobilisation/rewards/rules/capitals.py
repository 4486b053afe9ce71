"""Sums as a Chinese voucher writes them beside the figures, in capitals that nobody changes with a stroke (Rules for filling in
bills and vouchers, People's Bank of China, 1997: 正确填写票据和结算凭证的基本规定).
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def in_capitals(yuan: Decimal | float) -> str:
    """A sum of money in capital figures.

    >>> in_capitals(36_000), in_capitals(1_625), in_capitals(Decimal("100500.05"))
    ('叁万陆仟元整', '壹仟陆佰贰拾伍元整', '壹拾万零伍佰元零伍分')
    """
    cents = int(Decimal(str(yuan)).quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    told = f"{_whole(whole)}元" if whole or not cents else ""
    if not (jiao or fen):
        return f"{told}整"
    if jiao:
        told += f"{_DIGITS[jiao]}角"
    elif told:
        told += "零"
    return told + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    told, is_gap = "", False
    groups = [number // 10_000**at % 10_000 for at in range(len(_GROUPS))]
    for at in reversed(range(len(_GROUPS))):
        part = groups[at]
        if part == 0:
            is_gap = bool(told)
            continue
        if told and (is_gap or part < 1_000 or groups[at + 1] % 10 == 0):  # the place of ten thousands is nought
            told += _DIGITS[0]
        told += _group(part) + _GROUPS[at]
        is_gap = False
    return told


def _group(part: int) -> str:
    """A number below ten thousand; a run of noughts within is one nought."""
    told, is_gap = "", False
    for at in reversed(range(4)):
        digit = part // 10**at % 10
        if digit == 0:
            is_gap = bool(told)
            continue
        told += (_DIGITS[0] if is_gap else "") + _DIGITS[digit] + _PLACES[at]
        is_gap = False
    return told

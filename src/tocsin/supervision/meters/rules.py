"""What readings of a meter are worth: the device and the multiplier of their time, and the firm's share of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Change(StrEnum):
    """Why a new period of a meter began."""

    ADDED = "added"
    SWAPPED = "swapped"  # another device, or another sensor that sends
    MULTIPLIER = "multiplier"  # other transformers, or another factor in what is sent
    RETIRED = "retired"
    CORRECTED = "corrected"  # what was booked before was wrong


@dataclass(frozen=True)
class Period:
    """From `from_ms` on (none: ever) `sensor` sends (none: nobody), and its readings are to be taken times `factor`."""

    from_ms: int | None
    sensor: int | None
    factor: float = 1.0


@dataclass(frozen=True)
class Stretch:
    """Readings of a sensor with begin <= ts < end count times `factor`."""

    sensor: int
    begin_ms: int
    end_ms: int
    factor: float


type Agreements = Sequence[tuple[int, Mapping[str, float]]]  # by begin: the share of each firm from then on

EVER: Final = -(2**62)
ENDLESS: Final = 2**62
_WHOLE: Final = 1.0
_ROUNDING: Final = 1e-6


def factor_of(multiplier: float | None, included: float | None) -> float:
    """What a reading is to be taken times: the transformers' multiplier over that which the readings hold already.

    >>> factor_of(40.0, None), factor_of(40.0, 1.0), factor_of(60.0, 40.0), factor_of(None, 1.0)
    (1.0, 40.0, 1.5, 1.0)
    """
    return 1.0 if multiplier is None or included is None else multiplier / included


def stretches_of(periods: Sequence[Period], agreements: Agreements, firm: str, keeper: str) -> list[Stretch]:
    """The readings that a firm's curve of one meter is made of. `periods` by rising begin; before the first agreement all is the
    keeper's.

    >>> swap = [Period(None, 1), Period(100, 2, 1.5)]
    >>> stretches_of(swap, [(150, {"a": 0.5, "b": 0.5})], "a", "a")[1]
    Stretch(sensor=2, begin_ms=100, end_ms=150, factor=1.5)
    """
    shares = [(EVER, _WHOLE if firm == keeper else 0.0), *((begin, of.get(firm, 0.0)) for begin, of in agreements)]
    found = []
    for number, one in enumerate(periods):
        if one.sensor is None:
            continue
        begin = EVER if one.from_ms is None else one.from_ms
        end = _begin_of(periods, number + 1)
        for place, (since, share) in enumerate(shares):
            low, high = max(begin, since), min(end, shares[place + 1][0] if place + 1 < len(shares) else ENDLESS)
            if low < high and share > 0.0:
                found.append(Stretch(one.sensor, low, high, one.factor * share))
    return found


def hangs(periods: Sequence[Period], at_ms: int) -> bool:
    """Whether anything hangs there at that moment; a meter of which nothing was ever booked does."""
    known = [one for one in periods if one.from_ms is None or one.from_ms <= at_ms]
    return known[-1].sensor is not None if known else not periods


def sends_for(periods: Sequence[Period], sensor: int, from_ms: int, to_ms: int) -> bool:
    """Whether this sensor's readings count for a meter at any moment of a time."""
    return any(
        one.sensor == sensor
        and (EVER if one.from_ms is None else one.from_ms) < to_ms
        and _begin_of(periods, number + 1) > from_ms
        for number, one in enumerate(periods)
    )


def shares_fit(shares: Mapping[str, float]) -> bool:
    """Each a share, together the whole at most.

    >>> shares_fit({"a": 0.4, "b": 0.6}), shares_fit({"a": 0.7, "b": 0.6}), shares_fit({"a": -0.1}), shares_fit({})
    (True, False, False, False)
    """
    return bool(shares) and all(0.0 <= one <= 1.0 for one in shares.values()) and sum(shares.values()) <= 1.0 + _ROUNDING


def _begin_of(periods: Sequence[Period], number: int) -> int:
    if number >= len(periods):
        return ENDLESS
    begin = periods[number].from_ms
    return EVER if begin is None else begin


HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "firm": ("企业", "企业编码", "信息码", "统一社会信用代码"),
    "code": ("电表编号", "计量点编号", "表计编号"),
    "role": ("用途", "计量对象"),
    "name": ("名称", "电表名称"),
    "rated_kw": ("额定功率", "额定功率kW"),
    "multiplier": ("倍率", "综合倍率"),
    "included": ("读数已含倍率", "已乘倍率"),
    "protects": ("保护对象", "所保护的生产线电表"),
    "sensor": ("测点", "功率测点"),
    "serial": ("表号", "出厂编号"),
    "since": ("自何时起", "启用时间", "换表时间"),
}
"""Columns of a table of meters and what offices call them."""
NEEDED: Final = ("firm", "code")

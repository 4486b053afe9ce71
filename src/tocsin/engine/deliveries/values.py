"""What stands in the columns: readable, allowed, in its limits, in the unit of before."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.engine.deliveries.cells import filled, numbers_of, read_cells
from tocsin.engine.deliveries.contract import Column, Contract, Kind
from tocsin.engine.deliveries.profile import ColumnProfile, Delivery, Profile, column_profile, keys_of
from tocsin.engine.deliveries.verdicts import Code, Finding, Verdict, by_share

FACTORS: Final = (
    10.0,
    100.0,
    1000.0,
    10_000.0,
    1e6,
    3.6,
    24.0,
    60.0,
    3600.0,
    4.1868,
    6.894757,
    9.80665,
    98.0665,
    1.609344,
    0.3048,
)
"""Between units that are taken for each other: decimal steps (千, 万), m/s, hours, minutes, kcal, psi, at, miles, feet."""
_MATCHED, _CLOSE, _MANY_VALUES, _ROWS = 20, 0.02, 10, 50
_KELVIN, _STEP_DEG = 273.15, 15.0
_BOTH_WAYS: Final = tuple(one for known in FACTORS for one in (known, 1 / known))
DEGREES: Final = ("°C", "℃", "K", "°F", "℉")


def judge_values(delivery: Delivery, named: dict[str, str], contract: Contract, before: Profile | None) -> list[Finding]:
    """Findings of every column that is there."""
    findings: list[Finding] = []
    pairs = Pairs(delivery, named, contract, before)
    for column in contract.columns:
        if column.name not in named:
            continue
        cells = delivery.cells[named[column.name]]
        held = cells.filter(filled(cells))
        old = before.columns.get(column.name) if before is not None else None
        findings += _judge_emptiness(column, cells, held, old, contract)
        if len(held):
            findings += _judge_cells(column, held, old, contract)
            findings += _judge_numbers(column, held, old, pairs)
    return findings + _judge_keys(delivery, named, contract)


def _judge_emptiness(
    column: Column, cells: pl.Series, held: pl.Series, old: ColumnProfile | None, contract: Contract
) -> list[Finding]:
    if not len(cells):
        return []
    share = 1 - len(held) / len(cells)
    if column.required and share > 0:
        return [Finding(Code.EMPTY, by_share(share, contract.slips), column.name, {"share": round(share, 4)})]
    if old is not None and not column.required and share - old.empty > 0.5:
        return [Finding(Code.EMPTIED, Verdict.NARROWED, column.name, {"share": round(share, 4), "before": round(old.empty, 4)})]
    return []


def _judge_cells(column: Column, held: pl.Series, old: ColumnProfile | None, contract: Contract) -> list[Finding]:
    """Cells one by one: garbled, unreadable, none of the values, of another pattern, outside of the limits."""
    garbled = _garbled(held) if column.kind is Kind.TEXT else 0.0
    if garbled > contract.slips:
        return [Finding(Code.GARBLED, Verdict.BROKEN, column.name, {"share": round(garbled, 4)})]
    findings = []
    values = read_cells(held, column.kind)

    def told(code: Code, wrong: pl.Series, verdict: Verdict | None = None) -> None:
        if count := int(wrong.sum() or 0):
            share = count / len(held)
            sample = str(held.filter(wrong).first() or "")[:40]
            figures: dict[str, float | int | str] = {"count": count, "share": round(share, 4), "sample": sample}
            findings.append(Finding(code, verdict or by_share(share, contract.slips), column.name, figures))

    told(Code.UNREADABLE, values.is_null())
    if column.values:
        told(Code.UNKNOWN_VALUE, ~held.str.strip_chars().is_in(list(column.values)), Verdict.WIDENED if column.open else None)
    if column.pattern:
        told(Code.OTHER_PATTERN, ~held.str.strip_chars().str.contains(f"^(?:{column.pattern})$"))
    if column.kind in (Kind.NUMBER, Kind.WHOLE):
        below = values < column.least if column.least is not None else values.is_nan()
        above = values > column.most if column.most is not None else values.is_nan()
        told(Code.OUT_OF_RANGE, (below | above).fill_null(False))
    if old is not None and old.distinct >= _MANY_VALUES and len(held) >= _ROWS and held.n_unique() == 1:
        findings.append(Finding(Code.CONSTANT, Verdict.BROKEN, column.name, {"sample": str(held[0])[:40]}))
    return findings


def _garbled(held: pl.Series) -> float:
    """The share of texts that were written in one encoding and read in another."""
    known = held.str.contains("\ufffd|锟斤拷|烫烫|ï»¿|[ÃÂäåæçèé][\u0080-\u00bf]")
    several = held.filter(~known & held.str.contains(r"[^\x00-\x7F]{2,}")).head(200)
    misread = sum(_is_utf8_as_gbk(text) for text in several)
    latin = held.filter(~known).head(200)
    doubled = sum(_is_gbk_as_latin(text) for text in latin)
    plain = int(known.sum() or 0) / max(len(held), 1)
    return plain + (1 - plain) * (misread / max(len(several), 1) + doubled / max(len(latin), 1))


def _is_utf8_as_gbk(text: str) -> bool:
    try:
        plain = text.encode("gb18030").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False
    return any("\u4e00" <= sign <= "\u9fff" for sign in plain)


def _is_gbk_as_latin(text: str) -> bool:
    if sum("\u00a0" <= sign <= "\u00ff" for sign in text) < 4:
        return False
    try:
        plain = text.encode("latin-1").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False
    return any("\u4e00" <= sign <= "\u9fff" for sign in plain)


class Pairs:
    """The numbers of the rows that this delivery and the one before have in common, of one column: (n,) before, (n,) now."""

    def __init__(self, delivery: Delivery, named: dict[str, str], contract: Contract, before: Profile | None) -> None:
        self._cells, self._named, self._before = delivery.cells, named, before
        keys = keys_of(delivery.cells, named, contract) if before is not None and before.sample else []
        self._rows = {key: row for row, key in enumerate(keys) if before is not None and key in before.sample}

    def of(self, column: Column) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Only rows in which both can be read."""
        if self._before is None or not self._rows:
            return np.zeros(0), np.zeros(0)
        cells = self._cells[self._named[column.name]]
        old = pl.Series([self._before.sample[key].get(column.name) for key in self._rows], dtype=pl.String)
        new = cells.gather(list(self._rows.values()))
        first, second = (numbers_of(one) for one in (old, new))
        both = np.isfinite(first) & np.isfinite(second)
        return first[both], second[both]


def _judge_numbers(column: Column, held: pl.Series, old: ColumnProfile | None, pairs: Pairs) -> list[Finding]:
    if column.kind not in (Kind.NUMBER, Kind.WHOLE) or old is None or not old.quantiles:
        return []
    now = column_profile(held, Kind.NUMBER)  # a factor makes fractions of whole numbers
    if not now.quantiles:
        return []
    findings = []
    first, second = pairs.of(column)
    found = _other_unit(column.unit, first, second) if len(first) >= _MATCHED else _other_scale(old.quantiles, now.quantiles)
    if found is not None:
        findings.append(Finding(found[0], Verdict.BROKEN, column.name, found[1]))
    elif old.decimals - now.decimals >= 2 and now.distinct < old.distinct:
        figures: dict[str, float | int | str] = {"before": old.decimals, "now": now.decimals}
        findings.append(Finding(Code.COARSER, Verdict.NARROWED, column.name, figures))
    return findings


def _other_unit(
    unit: str, first: NDArray[np.float64], second: NDArray[np.float64]
) -> tuple[Code, dict[str, float | int | str]] | None:
    """A factor or an offset between values of the same rows: of all, or of a part of them that has another unit."""
    if unit in DEGREES:  # no factor lies between their scales, and a warm day is a multiple of a cold one
        by = _other_degrees(float(np.median(first)), float(np.median(second)))
        return (Code.OFFSET, {"by": by}) if by else None
    told = (first != 0) & (second != 0) & (np.sign(first) == np.sign(second))
    if told.sum() < _MATCHED / 2:
        return None
    logs = np.log(second[told] / first[told])
    middle = float(np.median(logs))
    scatter = 1.4826 * float(np.median(np.abs(logs - middle)))
    error = 1.2533 * scatter / np.sqrt(len(logs))  # of a median
    for factor in _BOTH_WAYS:
        aim = float(np.log(factor))
        most = abs(aim) / 2 if abs(aim) > np.log(3) else 0.05  # values double from one day to the next by themselves
        if abs(middle - aim) <= max(_CLOSE, 3 * error) and scatter < most:
            return Code.SCALED, {"factor": factor, "share": 1.0}
    if scatter < 1e-3 and abs(middle) > _CLOSE:
        return Code.SCALED, {"factor": round(float(np.exp(middle)), 6), "share": 1.0}
    return _part_scaled(logs)


def _other_degrees(before: float, now: float) -> str:
    """The scale that temperatures came in, by their middle: no weather makes such a step from one delivery to the next."""
    if abs(now - before) < _STEP_DEG:
        return ""
    scales = {"K": before + _KELVIN, "°C": before - _KELVIN, "°F": 1.8 * before + 32, "°C from °F": (before - 32) / 1.8}
    nearest = min(scales, key=lambda one: abs(scales[one] - now))
    return nearest if abs(scales[nearest] - now) < _STEP_DEG else ""


def _part_scaled(logs: NDArray[np.float64]) -> tuple[Code, dict[str, float | int | str]] | None:
    """A part of the rows, five at least, in a unit of its own, while the others kept theirs."""
    kept = np.abs(logs) < np.log(2)
    if kept.mean() < 0.4:
        return None
    scatter = max(_CLOSE, 4 * float(np.std(logs[kept])))
    for factor in _BOTH_WAYS:
        aim = float(np.log(factor))
        close = np.abs(logs - aim) < scatter
        others = logs[~close]
        if scatter < abs(aim) / 3 and close.sum() >= 5 and close.mean() >= 0.05 and np.mean(np.abs(others) < np.log(2)) > 0.8:
            return Code.SCALED, {"factor": factor, "share": round(float(close.mean()), 3)}
    return None


def _other_scale(before: tuple[float, ...], now: tuple[float, ...]) -> tuple[Code, dict[str, float | int | str]] | None:
    """Without rows in common: all quantiles moved by the same known factor of 5 or more."""
    old, new = np.array(before), np.array(now)
    told = (old > 0) & (new > 0)
    if told.sum() < 3:
        return None
    logs = np.log(new[told] / old[told])
    middle = float(np.median(logs))
    if abs(middle) < np.log(5) or float(np.ptp(logs)) > 0.35:
        return None
    nearest = min(_BOTH_WAYS, key=lambda one: abs(np.log(one) - middle))
    return (Code.SCALED, {"factor": nearest, "share": 1.0}) if abs(np.log(nearest) - middle) < 0.15 else None


def _judge_keys(delivery: Delivery, named: dict[str, str], contract: Contract) -> list[Finding]:
    """Keys and columns whose values may stand once only."""
    findings = []
    keys = pl.Series(keys_of(delivery.cells, named, contract), dtype=pl.String)
    if len(keys) and (again := int((keys.is_duplicated() & ~keys.is_first_distinct()).sum())):
        sample = str(keys.filter(keys.is_duplicated()).first()).replace("\x1f", ", ")[:40]
        figures: dict[str, float | int | str] = {"count": again, "sample": sample}
        findings.append(Finding(Code.NOT_UNIQUE, by_share(again / len(keys), contract.slips), ", ".join(contract.key), figures))
    for column in contract.columns:
        if column.unique and column.name in named and contract.key != (column.name,):
            cells = delivery.cells[named[column.name]]
            held = cells.filter(filled(cells)).str.strip_chars()
            if again := len(held) - held.n_unique():
                sample = str(held.filter(held.is_duplicated()).first())[:40]
                verdict = by_share(again / len(held), contract.slips)
                findings.append(Finding(Code.NOT_UNIQUE, verdict, column.name, {"count": again, "sample": sample}))
    return findings

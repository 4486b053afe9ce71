"""Which column of a file is which of the contract: by its heading, else by what stands in it."""

from typing import Final

import numpy as np
import polars as pl

from tocsin.engine.deliveries.cells import numbers_of
from tocsin.engine.deliveries.contract import Contract, Kind
from tocsin.engine.deliveries.profile import ColumnProfile, Delivery, Profile, column_profile, keys_of
from tocsin.engine.deliveries.verdicts import Code, Finding, Verdict

_WIDE: Final = str.maketrans("（）：＿－　", "():_- ")
_SURE, _UNLIKE, _MATCHED = 0.8, 0.5, 20


def headings_of(cells: pl.DataFrame, contract: Contract) -> dict[str, str]:
    """The file's heading of each column of the contract that it has.

    >>> from tocsin.engine.deliveries.contract import Column
    >>> firms = Contract(name="firms", columns=(Column(name="firm", also=("单位名称",)),))
    >>> headings_of(pl.DataFrame({" 单位名称（全称）": ["a"]}), firms)
    {'firm': ' 单位名称（全称）'}
    """
    plain = {_plain(heading): heading for heading in reversed(cells.columns)}
    bare = {_plain(heading).partition("(")[0]: heading for heading in reversed(cells.columns)} | plain
    named: dict[str, str] = {}
    for column in contract.columns:
        for name in (column.name, *column.also):
            heading = bare.get(_plain(name))
            if heading is not None and heading not in named.values():
                named[column.name] = heading
                break
    return named


def _plain(heading: str) -> str:
    return "".join(heading.translate(_WIDE).lower().replace("\ufeff", "").split())


def judge_headings(delivery: Delivery, named: dict[str, str], contract: Contract, before: Profile | None) -> list[Finding]:
    """Columns that are missing, came under another name, stand under the wrong heading, or are new."""
    findings: list[Finding] = []
    cells = delivery.cells
    added = [heading for heading in cells.columns if heading not in named.values()]
    seen = Likeness(delivery, named, contract, before)
    shifted = {}
    for column in contract.columns:
        if column.name not in named:
            to, alike = seen.best(column.name, added)
            if to and alike >= _SURE:
                added.remove(to)
                figures: dict[str, float | int | str] = {"heading": to, "alike": round(alike, 2)}
                findings.append(Finding(Code.COLUMN_RENAMED, Verdict.BROKEN, column.name, figures))
            else:
                verdict = Verdict.BROKEN if column.required else Verdict.NARROWED
                findings.append(Finding(Code.COLUMN_MISSING, verdict, column.name))
        elif (own := seen.alike(column.name, named[column.name])) is not None and own < _UNLIKE:
            to, alike = seen.best(column.name, [one for one in cells.columns if one != named[column.name]])
            if to and alike >= _SURE and alike > own + 0.3:
                shifted[column.name] = to
    for name, to in shifted.items():
        findings.append(Finding(Code.COLUMNS_SHIFTED, Verdict.BROKEN, name, {"heading": to, "columns": len(shifted)}))
    taken = set(shifted.values())
    findings += [Finding(Code.COLUMN_ADDED, Verdict.WIDENED, heading) for heading in added if heading not in taken]
    return findings


class Likeness:
    """How much a column of the file is like what a column of the contract held before."""

    def __init__(self, delivery: Delivery, named: dict[str, str], contract: Contract, before: Profile | None) -> None:
        self._cells, self._contract, self._before = delivery.cells, contract, before
        self._profiles: dict[tuple[str, Kind], ColumnProfile] = {}
        self._rows: dict[str, int] = {}
        if before is not None and before.sample:
            keys = keys_of(delivery.cells, named, contract)
            self._rows = {key: row for row, key in enumerate(keys) if key in before.sample}

    def best(self, name: str, headings: list[str]) -> tuple[str, float]:
        """The heading below which the column stands most likely, and how alike it is; "" where nothing is known of it."""
        told = [(alike, heading) for heading in headings if (alike := self.alike(name, heading)) is not None]
        return (told[0][1], told[0][0]) if (told := sorted(told, key=lambda one: -one[0])) else ("", 0.0)

    def alike(self, name: str, heading: str) -> float | None:
        """From 0 to 1: the share of sampled rows with the same text, else how alike the outlines and commonest values are. None
        where the column was empty before, or never seen, or is too plain to tell (one value in most rows).
        """
        before = self._before.columns.get(name) if self._before is not None else None
        if self._before is None or before is None or before.empty > _SURE or before.distinct < 2:
            return None
        if len(self._rows) >= _MATCHED:
            texts = [(self._before.sample[key].get(name), self._cells[heading][row]) for key, row in self._rows.items()]
            held = [(old.strip(), (new or "").strip()) for old, new in texts if old is not None]
            if len(held) >= _MATCHED:
                return max(self._row_by_row(name, held), self._in_distribution(name, heading, before) * 0.79)
        return self._in_distribution(name, heading, before)

    def _row_by_row(self, name: str, held: list[tuple[str, str]]) -> float:
        """The share of equal texts; of numbers those within a fifth, or how closely they rise and fall together."""
        if self._contract.column(name).kind not in (Kind.NUMBER, Kind.WHOLE):
            return float(np.mean([old == new for old, new in held]))
        old, new = (numbers_of(pl.Series(one, dtype=pl.String)) for one in zip(*held, strict=True))
        both = np.isfinite(old) & np.isfinite(new)
        if both.sum() < _MATCHED:
            return 0.0
        near = float(np.mean(np.abs(new[both] - old[both]) <= 0.2 * np.abs(old[both]))) * float(both.mean())
        if np.ptp(old[both]) == 0 or np.ptp(new[both]) == 0:
            return near
        return max(near, float(np.corrcoef(old[both], new[both])[0, 1]) * float(both.mean()))

    def _in_distribution(self, name: str, heading: str, before: ColumnProfile) -> float:
        kind = self._contract.column(name).kind
        if (heading, kind) not in self._profiles:
            self._profiles[heading, kind] = column_profile(self._cells[heading], kind)
        now = self._profiles[heading, kind]
        looks = _common(before.looks, now.looks)
        if before.quantiles and now.quantiles:
            return looks * _near(before.quantiles, now.quantiles)
        few = before.distinct <= len(before.top)  # a list of values: what they are says more than how they look
        return _common(before.top, now.top) if few else looks * 0.9


def _common(first: dict[str, float], second: dict[str, float]) -> float:
    return sum(min(share, second.get(text, 0.0)) for text, share in first.items())


def _near(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """1 for the same quantiles, 0 for ones that are far apart for how wide both are."""
    width = max(first[-1] - first[0], second[-1] - second[0], 1e-9)
    return max(0.0, 1.0 - float(np.mean(np.abs(np.subtract(first, second)))) / width)

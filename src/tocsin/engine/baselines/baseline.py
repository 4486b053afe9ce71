"""What many sensors should read, hour by hour, given what moved the city before and moves it then."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.baselines.circumstances import DAY_H, FAST, FAST_UNIT, HOUR_MS, SLOW, SLOW_UNIT, Circumstances
from tocsin.engine.baselines.hours import Hours, lay_on_hours
from tocsin.engine.baselines.kernels import fit_rows, judge_rows
from tocsin.engine.baselines.rows import FITTED

Floats = NDArray[np.float64]

LEAST_DAYS = 3  # a day's curve and what of it returns
LONGEST_SILENCE_H = 3 * DAY_H
TESTED_DAYS = 12
KIN = 6  # fewer sensors of a kind tell nothing about another one

_REST_UNKNOWN = 0.2  # of the size of the day's curve: how far rest days may differ while none was seen
_NORMAL_95 = 1.96


class Knowledge(StrEnum):
    """Whether a baseline can be told, and why not."""

    KNOWN = "known"
    NOT_YET = "not_yet"  # fewer than LEAST_DAYS days with readings
    SILENT = "silent"  # nothing measured for LONGEST_SILENCE_H hours


@dataclass(frozen=True, eq=False)
class Expected:
    """`middle`, `low`, `high` float64[s, t]: what is expected and between what 95 of 100 single readings lie; NaN where
    `knowledge` (of each sensor) is not KNOWN. `first_hour`: hours since 1970-01-01 UTC of the first column; values belong to the
    half hour.
    """

    first_hour: int
    middle: Floats
    low: Floats
    high: Floats
    knowledge: tuple[Knowledge, ...]

    def at(self, ts_ms: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
        """`middle`, `low` and `high` at these times, float64[s, n], straight between the half hours."""
        place = (ts_ms - self.first_hour * HOUR_MS) / HOUR_MS - 0.5
        before = np.clip(np.floor(place).astype(np.int64), 0, self.middle.shape[1] - 1)
        after = np.minimum(before + 1, self.middle.shape[1] - 1)
        part = np.clip(place - before, 0.0, 1.0)
        low, middle, high = (
            one[:, before] + (one[:, after] - one[:, before]) * part for one in (self.low, self.middle, self.high)
        )
        return middle, low, high


@dataclass(frozen=True, eq=False)
class Baselines:
    """The fit of s sensors: a row of `rows.FITTED` each. Nothing later than `end_hour` went into it."""

    end_hour: int
    fitted: NDArray[np.void]
    slow_now: Floats  # float64[len(SLOW)]: the slow circumstances on the fit's last day

    def __len__(self) -> int:
        return len(self.fitted)

    @property
    def knowledge(self) -> tuple[Knowledge, ...]:
        """For each sensor whether its baseline can be told."""
        return tuple(
            Knowledge.NOT_YET if days < LEAST_DAYS else Knowledge.SILENT if silent > LONGEST_SILENCE_H else Knowledge.KNOWN
            for days, silent in zip(self.fitted["days"].tolist(), self.fitted["silent_h"].tolist(), strict=True)
        )

    def expect(self, circumstances: Circumstances) -> Expected:
        """What the sensors should read under these circumstances, hour by hour.

        The band is that of the errors made so far a day ahead. It widens where a response is hardly known, where days off were
        hardly seen, and with the days beyond the first after `end_hour`.
        """
        fitted, fast, slow = self.fitted, circumstances.fast, circumstances.slow
        rest = circumstances.rest.astype(np.int64)
        middle = fitted["level"][:, None] + fitted["curve"][:, rest, circumstances.hour]
        middle += fitted["fast"] @ fast.T + fitted["slow"] @ slow.T
        variance = self._variance(fast, slow - self.slow_now, rest)
        ahead = np.maximum(0.0, (circumstances.first_hour + np.arange(len(circumstances)) - self.end_hour) / DAY_H - 1.0)
        variance += (fitted["patience"] * fitted["wander"])[:, None] ** 2 * ahead
        lowest = fitted["lowest"][:, None]
        knowledge = self.knowledge
        unknown = np.array([one is not Knowledge.KNOWN for one in knowledge], np.bool_)
        middle[unknown] = np.nan
        low = middle - np.sqrt(fitted["below"][:, None] ** 2 + _NORMAL_95**2 * variance)
        high = middle + np.sqrt(fitted["above"][:, None] ** 2 + _NORMAL_95**2 * variance)
        return Expected(
            circumstances.first_hour, np.maximum(middle, lowest), np.maximum(low, lowest), np.maximum(high, lowest), knowledge
        )

    def _variance(self, fast: Floats, slow: Floats, rest: NDArray[np.int64]) -> Floats:
        """Of the expected value, beyond that of the errors made: from responses and from days off that are hardly known."""
        fitted = self.fitted
        variance: Floats = (1.0 / fitted["fast_known"]) @ (fast.T**2) + (1.0 / fitted["slow_known"]) @ (slow.T**2)
        days = fitted["rest_days"]
        strange = _REST_UNKNOWN * fitted["curve"][:, 0].std(axis=1) / (1.0 + days)
        variance += np.where(rest[None, :] == 1, (strange**2 + fitted["noise"] ** 2 / (0.5 + days))[:, None], 0.0)
        return variance


def fit(hours: Hours, circumstances: Circumstances, *, floor: Floats, kin: NDArray[np.int64] | None = None) -> Baselines:
    """Fits every sensor by itself, outliers, gaps and standing values weighted away; about 50 µs for 14 days of a sensor.

    `circumstances` are those of the very hours. `floor` float64[s]: the least noise, half a step of what the sensor shows.
    `kin` int64[s]: sensors of one kind (a quantity at a kind of place) have the same number and lend each other their responses
    to weather, as far as they agree (empirical Bayes); -1 has none.
    """
    if circumstances.first_hour != hours.first_hour or len(circumstances) != hours.middle.shape[1]:
        raise ValueError("readings and circumstances are not of the same hours")
    count = len(hours.middle)
    whole = hours.middle.shape[1] // DAY_H * DAY_H
    past = slice(hours.middle.shape[1] - whole, None)
    value, sample = np.ascontiguousarray(hours.middle[:, past]), np.ascontiguousarray(hours.sample[:, past])
    hour, rest = circumstances.hour[past], circumstances.rest[past].astype(np.int64)
    fast, slow = np.ascontiguousarray(circumstances.fast[past]), np.ascontiguousarray(circumstances.slow[past])
    fitted = np.zeros(count, FITTED)
    features = fast, slow, FAST_UNIT, SLOW_UNIT
    prior = _no_prior(count)
    fit_rows(value, floor, hour, rest, features, prior, 3, fitted)
    if kin is not None:
        prior = _prior_of_kin(fitted, kin)
        fit_rows(value, floor, hour, rest, features, prior, 1, fitted)
    judge_rows(value, sample, hour, rest, fast, slow, floor, TESTED_DAYS, fitted)
    for name, unit, precision in (("fast", FAST_UNIT, prior[1]), ("slow", SLOW_UNIT, prior[3])):
        size = np.fmax(fitted["noise" if name == "fast" else "wander"], floor)[:, None]
        fitted[f"{name}_known"] += precision + (unit / np.fmax(size, 1e-12)) ** 2
    return Baselines(circumstances.end_hour, fitted, slow[-DAY_H:].mean(axis=0) if whole else np.zeros(len(SLOW)))


def compile_kernels() -> None:
    """Fits a sensor of nothing, so that the machine code is in the cache: seconds of work that hold the interpreter."""
    none, length = np.zeros(0, np.int64), 4 * DAY_H
    hours = lay_on_hours(none, none, np.zeros(0), sensors=1, first_hour=0, hours=length)
    nothing = np.full(length, np.nan)
    fit(hours, Circumstances(0, np.zeros(length, np.bool_), nothing, nothing), floor=np.ones(1))


def _no_prior(count: int) -> tuple[Floats, Floats, Floats, Floats]:
    nothing, slowly = np.zeros((count, len(FAST))), np.zeros((count, len(SLOW)))
    return nothing, nothing, slowly, slowly


def _prior_of_kin(fitted: NDArray[np.void], kin: NDArray[np.int64]) -> tuple[Floats, Floats, Floats, Floats]:
    """For each sensor mean and precision of each response among those of its kind that know it: their median, and its spread."""
    prior = tuple(np.zeros((len(fitted), size)) for size in (len(FAST), len(FAST), len(SLOW), len(SLOW)))
    for kind in np.unique(kin[kin >= 0]):
        members = np.flatnonzero((kin == kind) & (fitted["days"] >= LEAST_DAYS))
        if len(members) < KIN:
            continue
        for name, (mean, precision) in (("fast", prior[:2]), ("slow", prior[2:])):
            known, response = fitted[f"{name}_known"][members], fitted[name][members]
            for column in range(response.shape[1]):
                sure = known[:, column] > np.quantile(known[:, column], 0.3)
                if sure.sum() >= KIN - 1:
                    middle = np.median(response[sure, column])
                    spread = 1.4826 * np.median(np.abs(response[sure, column] - middle))
                    mean[members, column] = middle
                    precision[members, column] = 1.0 / max(spread, 1e-3 * abs(middle), 1e-9) ** 2
    return prior[0], prior[1], prior[2], prior[3]

"""What the watch is told and what it tells: figures of its policy, and early signs."""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.engine.diagnosis.model import Hypothesis


@dataclass(frozen=True)
class Telling:
    """The least change of a quantity that says anything, upwards and downwards, in its unit; infinite where that
    direction tells nothing.
    """

    up: float
    down: float


@dataclass(frozen=True)
class SignRule:
    """When a cause becomes an early sign.

    `share`: least share of the cause among all causes but "no event"; `confirmed`: how many diagnoses must agree on it;
    `witnesses`: least number of sensors that speak for it; `way`: least part of the way from habit to limit that the
    asked sensor has gone, or will have gone within the hour if it goes on as it does; `needs`: codes of signs one of which
    must be present, since without it the others are what any day brings (empty: none is asked for). `alone`: the share from
    which one diagnosis of one sensor suffices, whatever `confirmed` and `witnesses` ask (above 1: it never does). `near`: the
    share that suffices once the sensor is about to reach its limit (`WatchFigures.near_way`), whatever `witnesses` and `needs`
    ask, even if a faulty instrument or something unknown is likelier (above 1: it never does); `near_of`: of which quantities
    (empty: of any); `near_after_min`: once it has stirred for so many minutes.
    `anew`: the share from which, there, a place farther than `WatchFigures.anew_m` from all signs of the cause is told as well
    (above 1: never).
    """

    cause: str
    share: float
    confirmed: int
    witnesses: int
    way: float
    needs: frozenset[str]
    alone: float
    near: float
    near_of: frozenset[str]
    near_after_min: float
    anew: float


@dataclass(frozen=True)
class BudgetFigures:
    """Policy of the budget of wrong signs.

    `wrong_a_day`: wrong signs a day that a district may have; `gain`: log odds by which one wrong sign raises what is asked;
    `relief`: by which a right one lowers it; `least`, `most`: between which log odds the shift stays;
    `settle_days`: after how long a sign that ended without an alarm was wrong.
    """

    wrong_a_day: float
    gain: float
    relief: float
    least: float
    most: float
    settle_days: float


@dataclass(frozen=True)
class WatchFigures:
    """The watch's policy; what each figure means stands in `warning/early_signs/watch.toml`."""

    warm_up_h: float
    looks: int
    habit_h: float
    settle_h: float
    windows: tuple[int, ...]
    least_z: tuple[float, ...]
    lasting: int
    urgent_z: float
    urgent_way: float
    again_way: float
    near_way: float
    longest_wait_h: float
    calm_h: float
    rain_mm_h: float
    rain_h: float
    rain_way: float
    rain_beyond: float
    rain_doubt_m: float
    rain_least_m: float
    most_questions: int
    district_m: float
    gather_m: float
    gather_h: float
    yields_h: float
    aged_h: float
    anew_m: float
    witness_weight: float
    patience_s: float
    again_h: float
    tells: Mapping[str, Telling]
    rules: Mapping[str, SignRule]
    budget: BudgetFigures


@dataclass(frozen=True)
class EarlySign:
    """Something that is likely to become an alarm, told before a limit is crossed.

    `ts_ms`: time of the last reading that was needed; `sensor`: index of the sensor that was asked; `hypothesis`: the
    cause with its place, probability (`share`, without "no event") and evidence at that time; `limit_in_h`: hours until
    the asked sensor reaches its limit if it goes on as it does (infinite where it has none or stands still);
    `replaces`: the cause of the sign that stood there before, "" where none did.
    """

    ts_ms: int
    sensor: int
    hypothesis: Hypothesis
    share: float
    limit_in_h: float
    replaces: str = ""

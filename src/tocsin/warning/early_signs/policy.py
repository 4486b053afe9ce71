"""Reads `watch.toml` into the figures of the engine's watch, refusing what it does not know."""

from pathlib import Path

import msgspec
import numpy as np

from tocsin.base.policy import PolicyFile, read_policy
from tocsin.base.quantities import QUANTITIES
from tocsin.engine.diagnosis.laying import BIN_MS
from tocsin.engine.diagnosis.signs import SIGNS
from tocsin.engine.watch.model import BudgetFigures, SignRule, Telling, WatchFigures

WATCH_FILE = Path(__file__).parent / "watch.toml"


class _Telling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    up: float = np.inf
    down: float = np.inf


class _Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cause: str
    share: float
    confirmed: int
    witnesses: int
    way: float
    source: str
    needs: tuple[str, ...] = ()
    alone: float = np.inf
    near: float = np.inf
    near_of: tuple[str, ...] = ()
    near_after_min: float = 0.0
    anew: float = np.inf


class _Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    wrong_a_day: float
    gain: float
    relief: float
    least: float
    most: float
    settle_days: float


class _Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
    tells: dict[str, _Telling]
    budget: _Budget
    sign: tuple[_Sign, ...]


def read_watch_figures(text: bytes, source: str) -> WatchFigures:
    """The figures in a TOML text; ValueError names `source` and the key that is unknown, missing or of another type."""
    policy = read_policy(text, _Policy, source)
    plain = {name: getattr(policy, name) for name in policy.__struct_fields__ if name not in ("tells", "budget", "sign")}
    if policy.looks < 1 or BIN_MS % policy.looks:
        raise ValueError(f"{source}: looks: {policy.looks} does not divide ten minutes")
    unknown = {f"{one.cause}: {code}" for one in policy.sign for code in one.needs if code not in SIGNS}
    if unknown:
        raise ValueError(f"{source}: no sign is called so: {', '.join(sorted(unknown))}")
    foreign = {f"{one.cause}: {name}" for one in policy.sign for name in one.near_of if name not in QUANTITIES}
    if foreign:
        raise ValueError(f"{source}: no quantity is called so: {', '.join(sorted(foreign))}")
    rules = {one.cause: _rule(one) for one in policy.sign}
    tells = {quantity: Telling(one.up, one.down) for quantity, one in policy.tells.items()}
    budget = BudgetFigures(**msgspec.structs.asdict(policy.budget))
    return WatchFigures(**plain, tells=tells, rules=rules, budget=budget)


def _rule(sign: _Sign) -> SignRule:
    given = {name: getattr(sign, name) for name in sign.__struct_fields__ if name not in ("needs", "near_of", "source")}
    return SignRule(**given, needs=frozenset(sign.needs), near_of=frozenset(sign.near_of))


WATCH = PolicyFile("warning.watch", WATCH_FILE, read_watch_figures, "早期征兆", "Early signs")


def shipped_watch_figures() -> WatchFigures:
    """The figures that come with this version, read once."""
    return WATCH.shipped

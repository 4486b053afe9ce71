"""Conditions looked at: what begins and ends becomes an alarm, or the end of one, by the way that every detection goes."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.base.ids import deterministic_id
from tocsin.base.time import ms_from_datetime
from tocsin.engine.conditions.model import Condition
from tocsin.sensing import face as sensing
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.services.detections import BATCH, apply_detections
from tocsin.warning.conditions.policy import CONDITIONS, Conditions
from tocsin.warning.conditions.queries import holding as queries_holding
from tocsin.warning.conditions.queries import values as queries_values
from tocsin.warning.conditions.rules import Holds, Ring, figures_of, rule_of

log = logging.getLogger(__name__)


@dataclass
class ConditionWatch:
    """All conditions of all regions. What it remembers may be lost: what rings stands in the database."""

    holds: dict[str, Holds] = field(default_factory=lambda: defaultdict(Holds))
    """By region."""
    _regions: list[queries_values.Region] = field(default_factory=list)
    _version: tuple[object, ...] = ()
    _worked_out_ms: int = 0

    def look(self, *, now: datetime, speed: float = 1.0) -> int:
        """Looks once; how many alarms began or ended."""
        now_ms = ms_from_datetime(now)
        self._keep_up(now_ms)
        rings: list[tuple[Ring, tuple[str, ...]]] = []
        for region in self._regions:
            policy = CONDITIONS.current(region=region.code)
            for condition in policy.by_code.values():
                found = self._look_at(condition, region, policy, now_ms)
                rings += [(ring, CONDITIONS.in_force(region=region.code).versions) for ring in found]
        detections = [_detection(ring, now_ms, versions) for ring, versions in rings]
        for start in range(0, len(detections), BATCH):
            apply_detections(detections=detections[start : start + BATCH], now=now, speed=speed)
        return len(detections)

    def _look_at(self, condition: Condition, region: queries_values.Region, policy: Conditions, now_ms: int) -> list[Ring]:
        ringing = queries_holding.ringing(condition.code, region.code)
        if not condition.on and not ringing:
            return []
        held, unknown = queries_holding.holding(condition, region, policy, ringing, now_ms) if condition.on else ([], frozenset())
        return self.holds[region.code].step(condition, held, ringing.keys(), unknown, now_ms)

    def _keep_up(self, now_ms: int) -> None:
        """Sensors and policy anew where they have changed, and what looks back when it is time."""
        version = (sensing.registry_version(), CONDITIONS.in_force().versions)
        if version != self._version:
            self._regions, self._version, self._worked_out_ms = queries_values.regions(), version, 0
        policy = CONDITIONS.current()
        if now_ms - self._worked_out_ms >= policy.measured_every_s * 1000 or now_ms < self._worked_out_ms:
            for region in self._regions:
                region.work_out(CONDITIONS.current(region=region.code), now_ms)
            self._worked_out_ms = now_ms


def _detection(ring: Ring, now_ms: int, versions: tuple[str, ...]) -> Detection:
    rule, edge = rule_of(ring.condition.code), "raise" if ring.held else "clear"
    number, hits = ring.held.branch[0] if ring.held else (0, ())
    term = ring.condition.terms[number]
    return Detection(
        id=deterministic_id(rule, ring.anchor, edge, now_ms),
        sensor=ring.anchor,
        rule=rule,
        edge=edge,
        level=ring.condition.level if ring.held else 0,
        ts=now_ms,
        value=_value_at(ring.anchor, hits),
        limit=term.limit,
        figures=figures_of(ring.held) if ring.held else {},
        latching=ring.condition.latch,
        policy=versions,
    )


def _value_at(anchor: int, hits: Sequence[tuple[int, float]]) -> float | None:
    """What the first term that held measures where the alarm is told, else at the nearest sensor."""
    return dict(hits).get(anchor, hits[0][1] if hits else None)

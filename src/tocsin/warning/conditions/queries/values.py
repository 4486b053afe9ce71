"""What the terms of conditions measure now, at the sensors of one region."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from tocsin.engine.conditions.measures import balance, deviations, night_shares, totals
from tocsin.engine.conditions.model import MEASURED_BY_HISTORY, Measure, Term
from tocsin.sensing import face as sensing
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import ACTIVE
from tocsin.warning.conditions.policy import Conditions, Section
from tocsin.warning.conditions.rules import PREFIX

log = logging.getLogger(__name__)

HOUR_MS = 3_600_000
DAY_H = 24
NIGHTS_H = 16 * DAY_H  # last night and the fourteen before

type Values = Mapping[int, float]


@dataclass(frozen=True, eq=False)
class Region:
    """The working sensors of one region. `index` int32[n] ascending, `quantity` and `name` (device/channel) of each."""

    code: str
    index: NDArray[np.int32]
    quantity: tuple[str, ...]
    name: tuple[str, ...]
    kept: dict[Term, Values] = field(default_factory=dict)
    """What was worked out from the history, until it is time again."""

    def of(self, quantity: str) -> NDArray[np.int32]:
        """Indexes of the sensors of that quantity."""
        return self.index[[one == quantity for one in self.quantity]]

    def values(self, term: Term, policy: Conditions, now_ms: int) -> Values:
        """By sensor what the term measures; sensors of which nothing is known are left out."""
        if term.measure is Measure.ALARM:
            return alarm_levels(self.code, term.quantity, term.rule)
        if term.measure is Measure.VALUE:
            return sensing.newest_values(term.quantity, self.code, since_ms=now_ms - round(policy.fresh_s * 1000))
        return self.kept.get(term, {})

    def work_out(self, policy: Conditions, now_ms: int) -> None:
        """Reads the history for every term that looks back, of the conditions that are on."""
        for condition in policy.on:
            for term in condition.terms:
                if term.measure in MEASURED_BY_HISTORY:
                    self.kept[term] = self._from_history(term, policy, now_ms)

    def _from_history(self, term: Term, policy: Conditions, now_ms: int) -> Values:
        hour = now_ms // HOUR_MS  # the running one, which is not over
        if term.measure is Measure.BALANCE:
            return {first: told for section in policy.sections for first, told in self._balance(section, term, hour)}
        indexes = self.of(term.quantity)
        if not len(indexes):
            return {}
        if term.measure is Measure.TOTAL:
            until_now = sensing.hours_of(_ids(indexes), hour - term.hours, hour, shift_ms=now_ms % HOUR_MS)
            told = totals(until_now, term.hours)
        elif term.measure is Measure.NIGHT_MINIMUM:
            told = night_shares(sensing.hours_of(_ids(indexes), hour - NIGHTS_H, hour), sensing.LOCAL_H)
        else:
            indexes, told = self._deviations(indexes, term.hours, policy.most_bands, hour)
        return {int(one): float(value) for one, value in zip(indexes, told, strict=True) if np.isfinite(value)}

    def _deviations(
        self, indexes: NDArray[np.int32], last: int, most: int, hour: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        if len(indexes) > most:
            log.warning("region %s: the learnt bands of %d of %d sensors are compared", self.code, most, len(indexes))
            indexes = indexes[:most]
        value = sensing.hours_of(_ids(indexes), hour - last, hour).middle
        bands = np.stack([_band(int(one), hour - last, hour) for one in indexes])
        return indexes, deviations(value, bands[:, 0], bands[:, 1], bands[:, 2])

    def _balance(self, section: Section, term: Term, hour: int) -> list[tuple[int, float]]:
        """The balance of a section at the first meter that feeds it; nothing where a meter is not there."""
        known = dict(zip(self.name, self.index.tolist(), strict=True))
        if not known.keys() >= {*section.into, *section.out}:
            return []
        flows = {}
        for side, names in (("into", section.into), ("out", section.out)):
            indexes = sorted(known[name] for name in names)
            flows[side] = sensing.hours_of(_ids(np.array(indexes)), hour - term.hours, hour).middle
        told = balance(flows["into"], flows["out"] if section.out else np.zeros((1, term.hours)))
        return [(known[section.into[0]], told)] if np.isfinite(told) else []


def regions() -> list[Region]:
    """Regions that have working sensors."""
    table = sensing.sensor_table()
    by_code: dict[str, list[int]] = {}
    for place, code in enumerate(table.region_code):
        if code and table.enabled[place]:
            by_code.setdefault(code, []).append(place)
    return [
        Region(
            code,
            table.index[places],
            tuple(table.quantity[one] for one in places),
            tuple(f"{table.device_code[one]}/{table.channel[one]}" for one in places),
        )
        for code, places in sorted(by_code.items())
    ]


def alarm_levels(region_code: str, quantity: str, rule: str) -> dict[int, float]:
    """By sensor the highest level of its active alarms of a quantity, and of a rule where one is named; none of conditions."""
    alarms = Alarm.objects.open().filter(state__in=ACTIVE, region_code=region_code, quantity=quantity, sensor__isnull=False)
    alarms = alarms.filter(rule=rule) if rule else alarms.exclude(rule__startswith=PREFIX)
    levels = dict(alarms.order_by().values_list("sensor_id").annotate(highest=Max("level")))
    if not levels:
        return {}
    indexes = sensing.sensor_indexes(alarms.values_list("sensor_id", flat=True))
    return {indexes[one]: float(level) for one, level in levels.items() if one in indexes}


def _ids(indexes: NDArray[np.int32]) -> tuple[int, ...]:
    return tuple(int(one) for one in indexes)


def _band(index: int, first: int, end: int) -> NDArray[np.float64]:
    """Middle, low and high of a sensor from one hour to another, float64[3, t]."""
    parts = []
    for hour in range(first, end):
        midnight = (hour + sensing.LOCAL_H) // DAY_H * DAY_H - sensing.LOCAL_H
        parts.append([column[hour - midnight] for column in sensing.band_of_day(index, midnight)])
    return np.array(parts).T

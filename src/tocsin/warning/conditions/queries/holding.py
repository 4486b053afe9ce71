"""Where conditions hold now, and where they ring."""

from collections.abc import Collection, Mapping

import numpy as np

from tocsin.base.geometry import LocalPlane
from tocsin.engine.conditions.evaluate import Reach, where_it_holds
from tocsin.engine.conditions.model import Condition, Held, Measure
from tocsin.engine.conditions.reaching import Places
from tocsin.engine.network import Network
from tocsin.lifelines import face as lifelines
from tocsin.sensing import face as sensing
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import ACTIVE
from tocsin.warning.conditions.policy import Conditions
from tocsin.warning.conditions.queries.values import Region
from tocsin.warning.conditions.rules import branch_of, rule_of

type Branches = Mapping[int, list[tuple[int, int, float]]]
"""By sensor at which a condition rings the (term, sensor, value) that its alarm keeps."""


def ringing(code: str, region_code: str) -> Branches:
    """Where a condition's alarm is active in a region."""
    alarms = Alarm.objects.open().filter(rule=rule_of(code), region_code=region_code, sensor__isnull=False)
    active = alarms.filter(state__in=ACTIVE) | alarms.filter(beneath__in=ACTIVE)
    kept = {sensor: branch_of(figures) for sensor, figures in active.values_list("sensor_id", "figures")}
    if not kept:
        return {}
    indexes = sensing.sensor_indexes(active.values_list("sensor_id", flat=True))
    return {indexes[sensor]: branch for sensor, branch in kept.items() if sensor in indexes}


def holding(
    condition: Condition, region: Region, policy: Conditions, told: Branches, now_ms: int
) -> tuple[list[Held], frozenset[int]]:
    """Where one condition holds in a region, and the sensors at which it rings and can't be said to be over: what made it true
    there is not known now. Silence is never safe.
    """
    values = tuple(region.values(term, policy, now_ms) for term in condition.terms)
    unknown = frozenset(
        anchor
        for anchor, branch in told.items()
        if any(
            number < len(values) and sensor not in values[number] and condition.terms[number].measure is not Measure.ALARM
            for number, sensor, _value in branch
        )
    )
    if not any(term.holds(value) for term, of_term in zip(condition.terms, values, strict=True) for value in of_term.values()):
        return [], unknown
    network = lifelines.network(region.code)
    return where_it_holds(condition, values, _reach(condition, network), told), unknown


def _reach(condition: Condition, network: Network) -> Reach:
    table = sensing.sensor_table()
    x_m, y_m = LocalPlane(float(table.lon[0]), float(table.lat[0])).to_metres(table.lon, table.lat)
    asset = np.array([network.position.get(code, -1) for code in table.asset_code], np.int32)
    places = Places(x_m, y_m, asset)

    def reach(sensor: int, others: Collection[int]) -> Mapping[int, float]:
        if condition.along:
            return places.along(network, sensor, others, condition.within_m)
        return places.by_air(sensor, others, condition.within_m)

    return reach

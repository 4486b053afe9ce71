"""A province of firms that keep hazardous chemicals, for the benches of plants: rows of every kind that their loops read."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.utils import timezone

from tocsin.base.ids import new_id

if TYPE_CHECKING:
    from django.db.models import Model

    from tocsin.hazchem.installations.models import PlantUnit
    from tocsin.jurisdiction.face import Organisation, User
    from tocsin.supervision.face import SupervisedObject

UNITS: Final = 3
AT_ONCE: Final = 1000
SEED: Final = 20261130
PROVINCE: Final = "37"
_COLOURS: Final = (("red", 4), ("orange", 3), ("yellow", 2), ("blue", 1))
_GRADES: Final = ("I", "II", "III", "IV", "")
_GRADED: Final = {"method": "jha", "scale": "ls", "likelihood": 3.0, "severity": 3.0, "value": 9.0}


class Province:
    """`count` firms with an organisation, somebody who signs in, `UNITS` units, a ledger, points with sensors; of these some have
    alarms that nobody acknowledged, works that go on, bypassed interlocks, failed measures, overdue checks, no commitment today.

    The same rows for the same count.
    """

    def __init__(self, count: int, now: datetime) -> None:
        self._random = random.Random(SEED)  # noqa: S311 - rows of a bench, no secret
        self._now = now
        self.counties = self._bodies()
        self.firms = self._firms(count)
        self.units = self._plants()
        self._ledger()
        self._stands_badly()

    def _bodies(self) -> "list[Organisation]":
        """A department in each county of the province, which is called for chemicals."""
        from tocsin.jurisdiction.areas.models import Region
        from tocsin.jurisdiction.bodies.models import Duty, Organisation
        from tocsin.jurisdiction.face import ensure_regions

        ensure_regions()
        codes = Region.objects.filter(code__startswith=PROVINCE).order_by("code").values_list("code", flat=True)
        named = {"code": "bench-emergency", "name_zh": "应急", "name_en": "Emergency", "kind": "department"}
        bodies = [Organisation(region_id=one, **named) for one in codes if len(one) == 6 and not one.endswith("00")]
        _insert(bodies)
        _insert(Duty(organisation=one, kind="department", trade="chemicals", area_code=one.region_id) for one in bodies)
        self.person = _people([bodies[0], *bodies[1:]])[0]
        return bodies

    def _firms(self, count: int) -> "list[SupervisedObject]":
        from tocsin.jurisdiction.bodies.models import Organisation
        from tocsin.supervision.face import SupervisedObject

        counties = [self.counties[number % len(self.counties)].region_id for number in range(count)]
        bodies = [
            Organisation(code=f"bench-{at}", name_zh=f"企业 {at}", name_en=f"Firm {at}", kind="enterprise", region_id=region)
            for at, region in enumerate(counties)
        ]
        _insert(bodies)
        _people(bodies)
        firms = [
            SupervisedObject(
                code=f"BENCH-{at:05}",
                kind="enterprise",
                name=f"bench firm {at}",
                trade="chemicals",
                region_code=body.region_id,
                organisation=body,
                created_at=self._now,
            )
            for at, body in enumerate(bodies)
        ]
        _insert(firms)
        return firms

    def _plants(self) -> "list[PlantUnit]":
        """Units, at each a reactor with a gas detector; the detectors of a firm are channels of one device."""
        from tocsin.hazchem.installations.models import PlantEquipment, PlantPoint, PlantUnit
        from tocsin.sensing.devices.models import Device, Sensor

        units = [
            PlantUnit(object=firm, region_code=firm.region_code, name=f"unit {at}", kind="storage", grade=_GRADES[(row + at) % 5])
            for row, firm in enumerate(self.firms)
            for at in range(UNITS)
        ]
        _insert(units)
        equipment = [PlantEquipment(unit=one, tag="R-1", kind="reactor") for one in units]
        _insert(equipment)
        devices = [
            Device(code=one.code.lower(), region_code=one.region_code, secret_sha256="0" * 64, created_at=self._now)
            for one in self.firms
        ]
        _insert(devices)
        place = {"lon": 118.0, "lat": 36.5, "quantity": "methane", "resolution": 0.1}
        self.sensors = [
            Sensor(index=at + 1, device=devices[at // UNITS], channel=f"g{at % UNITS}", region_code=one.region_code, **place)
            for at, one in enumerate(units)
        ]
        _insert(self.sensors)
        points = zip(equipment, self.sensors, strict=True)
        _insert(PlantPoint(equipment=one, tag="GD-1", kind="gas", sensor=sensor) for one, sensor in points)
        bypassed = self._random.sample(equipment, len(equipment) // 20)
        _insert(PlantPoint(equipment=one, tag="IS-1", kind="interlock", interlock="bypassed") for one in bypassed)
        return units

    def _ledger(self) -> None:
        """An analysis object a firm, a risk unit and an event a unit, two measures an event, a check a measure."""
        from tocsin.hazchem.prevention.models import CheckTask, RiskEvent, RiskMeasure, RiskObject, RiskUnit

        objects = {one.pk: RiskObject(object=one, region_code=one.region_code, name="plant") for one in self.firms}
        _insert(objects.values())
        parts = [
            RiskUnit(risk_object=objects[one.object_id], object_id=one.object_id, plant_unit=one, name=one.name)
            for one in self.units
        ]
        _insert(parts)
        events = []
        for at, part in enumerate(parts):
            colour, gravity = _COLOURS[at % 4]
            owned = {"unit": part, "object_id": part.object_id, "region_code": self.units[at].region_code}
            graded = {"colour": colour, "gravity": gravity, "assessed_at": self._now, "assessed_by": self.person}
            events.append(RiskEvent(text="leak", **owned, **graded, **_GRADED))
        _insert(events)
        regions = [one.region_code for one in events for _twice in range(2)]
        measures = [
            RiskMeasure(event=one, object_id=one.object_id, kind="operation", text=f"watch {at}") for one in events for at in "ab"
        ]
        for one in self._random.sample(measures, len(measures) // 30):
            one.failed_at = self._now
        _insert(measures)
        today = timezone.localdate(self._now)
        overdue = set(self._random.sample(range(len(measures)), len(measures) // 20))
        _insert(
            CheckTask(
                measure=one,
                object_id=one.object_id,
                region_code=regions[at],
                text="look",
                period="week",
                planned_on=today - timedelta(days=7),
                due_on=today + timedelta(days=-1 if at in overdue else 3),
            )
            for at, one in enumerate(measures)
        )

    def _stands_badly(self) -> None:
        """One alarm at forty units, one work at thirty, a commitment missing at twenty firms: each of so many once."""
        from tocsin.hazchem.commitments.models import SafetyCommitment

        self.ring(self._random.sample(range(len(self.sensors)), len(self.sensors) // 40))
        self.permit(self._random.sample(range(len(self.units)), len(self.units) // 30))
        without = set(self._random.sample(range(len(self.firms)), len(self.firms) // 20))
        told: dict[str, Any] = {"day": timezone.localdate(self._now), "stated": {}, "seen": {}, "principal": "bench"}
        signed = {"signed_at": self._now, "signed_by": self.person}
        _insert(
            SafetyCommitment(object=one, region_code=one.region_code, **told, **signed)
            for at, one in enumerate(self.firms)
            if at not in without
        )

    def ring(self, sensors: Iterable[int], *, rule: str = "high") -> None:
        """An alarm of the rule that nobody has acknowledged at each of these sensors."""
        from tocsin.warning.face import Alarm

        gas = {"rule": rule, "quantity": "methane", "level": 3, "peak_level": 3, "count": 1}
        moments = {"state": "active_unacknowledged", "raised_at": self._now, "updated_at": self._now}
        chosen = [self.sensors[at] for at in sensors]
        _insert(Alarm(id=new_id(), sensor=one, region_code=one.region_code, **gas, **moments) for one in chosen)

    def permit(self, units: Iterable[int]) -> None:
        """A hot work that goes on at each of these units."""
        from tocsin.hazchem.permits.models import WorkPermit

        hour = timedelta(hours=1)
        work = {"kind": "hot_work", "grade": "first", "base_grade": "first", "work": "Weld", "place": "Rack", "state": "running"}
        times = {"begins_at": self._now - hour, "ends_at": self._now + 6 * hour, "started_at": self._now - hour}
        entered = {"state_at": self._now - hour, "created_at": self._now - 2 * hour, "applicant": self.person}
        chosen = [(at, self.units[at]) for at in units]
        _insert(
            WorkPermit(
                object_id=one.object_id, unit=one, region_code=one.region_code, number=f"B-{at:06}", **work, **times, **entered
            )
            for at, one in chosen
        )


def _people(bodies: "list[Organisation]") -> "list[User]":
    from tocsin.jurisdiction.face import User

    people = [User(username=f"bench-{one.region_id}-{one.code}", name="Bench", organisation=one) for one in bodies]
    _insert(people)
    return people


def _insert(rows: "Iterable[Model]") -> None:
    listed = list(rows)
    if listed:
        type(listed[0])._default_manager.bulk_create(listed, batch_size=AT_ONCE)


class PlantPoints:
    """Points beside those of a province, spread over its units: levels, temperatures, pressures and gas, each with limits of its
    own. `first`: the index of their first sensor; `low`, `high` float64[n].
    """

    def __init__(self, province: Province, count: int) -> None:
        from tocsin.hazchem.installations.models import PlantEquipment, PlantPoint
        from tocsin.sensing.devices.models import Device, Sensor

        self.first = len(province.sensors) + 1
        random = np.random.default_rng(SEED)
        which = random.integers(0, len(_MEASURED), count)
        low = np.array([one.low for one in _MEASURED])[which]
        self.low = low
        self.high = low + np.array([one.step for one in _MEASURED])[which] * random.integers(20, 60, count)
        equipment = list(PlantEquipment.objects.order_by("pk").values_list("pk", flat=True))
        regions = dict(PlantEquipment.objects.values_list("pk", "unit__region_code"))
        owners = [equipment[at % len(equipment)] for at in range(count)]
        devices = list(Device.objects.order_by("pk"))
        for start in range(0, count, 20 * AT_ONCE):
            rows = range(start, min(count, start + 20 * AT_ONCE))
            sensors = [
                Sensor(
                    index=self.first + at,
                    device=devices[at % len(devices)],
                    channel=f"p{at}",
                    quantity=_MEASURED[which[at]].quantity,
                    region_code=regions[owners[at]],
                    lon=118.0,
                    lat=36.5,
                    resolution=0.01,
                    alarm_low=float(self.low[at]),
                    alarm_high=float(self.high[at]),
                )
                for at in rows
            ]
            _insert(sensors)
            _insert(
                PlantPoint(equipment_id=owners[at], tag=f"P-{at}", kind=_MEASURED[which[at]].kind, sensor=sensor)
                for at, sensor in zip(rows, sensors, strict=True)
            )


@dataclass(frozen=True)
class _Measured:
    """What points measure: the lower limit, and the step in which upper ones differ."""

    quantity: str
    kind: str
    low: float
    step: float


_MEASURED: Final = (
    _Measured("level", "level", 0.5, 0.1),
    _Measured("temperature", "temperature", 0.0, 2.0),
    _Measured("pressure", "pressure", 50.0, 25.0),
    _Measured("flow", "inflow", 1.0, 0.5),
)

"""A street with wells along a sewer, alarms and diagnoses made by hand, and the machine's looks at them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.people import LICANG
from tests.usual_bodies import usual_bodies
from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.bus.models import OutboxEvent
from tocsin.command.casebook.models import Case
from tocsin.command.gathering.services import placement as services
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.services.networks import import_network
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.diagnosis.models import Diagnosis

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 09:00 in Qingdao


WELLS = 8


SPACING_DEG = 0.0006  # 54 m


type Hypotheses = list[tuple[str, float, str]]


def lon(well: float) -> float:
    return 120.4 + SPACING_DEG * well


def feature(kind: str, code: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    shape = "LineString" if isinstance(coordinates[0], list) else "Point"
    return {
        "type": "Feature",
        "geometry": {"type": shape, "coordinates": coordinates},
        "properties": {"id": code, "kind": kind, "owner": "water_company", **properties},
    }


def make_street() -> None:
    """Wells W0 … W7 from west to east, a sewer S0 … S6 flowing east through them, a gas main G1 along the street.

    Each well has a device D0 … with methane and temperature.
    """
    ensure_regions()
    wells = [feature("manhole", f"W{k}", [lon(k), 36.2], utility="sewer", street="Shiniushan Road") for k in range(WELLS)]
    sewers = [
        feature("sewer", f"S{k}", [[lon(k), 36.2], [lon(k + 1), 36.2]], from_node=f"W{k}", to_node=f"W{k + 1}")
        for k in range(WELLS - 1)
    ]
    shop = feature("building", "SHOP", [lon(0), 36.2003], use="workshop")
    main = feature("gas_main", "G1", [[lon(0), 36.20003], [lon(WELLS - 1), 36.20003]])
    report = import_network(actor=system_actor(), features=[*wells, *sewers, shop, main], region_code=LICANG)
    assert not report.errors
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=f"D{k}", region_code=LICANG) for k in range(WELLS)],
        sensors=[
            NewSensor(
                device_code=f"D{k}", channel=name, quantity=name, lon=lon(k), lat=36.2, asset_code=f"W{k}", name=f"well {k}"
            )
            for k in range(WELLS)
            for name in ("methane", "temperature")
        ],
    )


def told_bodies() -> dict[str, Organisation]:
    """Every body of the county, with a desk that has a telephone."""
    usual_bodies(LICANG)
    Organisation.objects.filter(telephone="").update(telephone="0532-1")
    return {one.code: one for one in Organisation.objects.filter(region_id=LICANG)}


class Timeline:
    """Alarms, diagnoses and the machine's looks at them, by minutes after `START`."""

    def __init__(self) -> None:
        self.now = START

    def at(self, minutes: float) -> "Timeline":
        self.now = START + timedelta(minutes=minutes)
        return self

    def rings(self, well: int, hypotheses: Hypotheses | None = None, *, quantity: str = "methane", level: int = 3) -> Alarm:
        """An alarm at that well, diagnosed at once where causes are given as (cause, probability, asset)."""
        sensor = Sensor.objects.get(device__code=f"D{well}", channel=quantity)
        alarm = make_alarm(sensor, self.now, level)
        if hypotheses is not None:
            self.diagnosed(alarm, hypotheses)
        return alarm

    def diagnosed(self, alarm: Alarm, hypotheses: Hypotheses, onset_min: float | None = None) -> None:
        diagnose(alarm, self.now, hypotheses, onset_min)

    def looks(self) -> None:
        """The machine gathers what waits and follows everything that was told."""
        while services.gather_alarms(now=self.now, machine_now=datetime.now(tz=UTC)):
            pass
        while services.dispatch_due_orders(now=self.now):
            pass
        told = {UUID(row.data["alarm_id"]) for row in OutboxEvent.objects.filter(name__startswith="warning.")}
        ids = {*told, *Alarm.objects.values_list("pk", flat=True)}
        services.follow_events(alarm_ids=ids, position=services.followed_position() + 1, now=self.now)


def make_alarm(sensor: Sensor, at: datetime, level: int = 3, rule: str = "high") -> Alarm:
    return Alarm.objects.create(
        id=new_id(),
        sensor=sensor,
        rule=rule,
        quantity=sensor.quantity,
        region_code=sensor.region_code,
        lon=sensor.lon,
        lat=sensor.lat,
        state=AlarmState.ACTIVE_UNACKNOWLEDGED,
        level=level,
        peak_level=level,
        value=27.0,
        limit=25.0,
        raised_at=at,
        updated_at=at,
        count=1,
    )


def diagnose(alarm: Alarm, at: datetime, hypotheses: Hypotheses, onset_min: float | None = None) -> Diagnosis:
    from tocsin.lifelines.queries.networks import assets_by_code

    assets = assets_by_code(alarm.region_code, [code for _cause, _share, code in hypotheses if code])
    onset = None if onset_min is None else ms_from_datetime(START + timedelta(minutes=onset_min))
    told = [
        {
            "cause": cause,
            "probability": share,
            "log_weight": 0.0,
            "asset_code": code,
            "lon": assets[code].lon if code else None,
            "lat": assets[code].lat if code else None,
            "onset_ms": onset,
            "owner": "",
            "asset_kind": "",
            "evidence": [],
            "way": [],
            "way_geometry": {},
            "travel_time_s": None,
        }
        for cause, share, code in hypotheses
    ]
    result = {"ts_ms": ms_from_datetime(at), "asset_code": "", "quantity": alarm.quantity, "hypotheses": told, "call": []}
    first = told[0]
    alarm.cause = {name: first[name] for name in ("cause", "probability", "asset_code", "owner")}
    alarm.save(update_fields=["cause"])
    return Diagnosis.objects.create(alarm=alarm, at=at, reason="raised", duration_ms=1, result=result)


def case_of(alarm: Alarm) -> Case:
    return Case.objects.get(memberships__alarm=alarm)


def reason_of(alarm: Alarm) -> str:
    from tocsin.command.casebook.models import Membership

    return Membership.objects.get(alarm=alarm).reason


type Look = Callable[[], None]


RED, ORANGE, YELLOW, BLUE = AlarmLevel.RED, AlarmLevel.ORANGE, AlarmLevel.YELLOW, AlarmLevel.BLUE

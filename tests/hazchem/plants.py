"""Plants for tests: a firm with its own officer, a tank that a level sensor watches."""

from datetime import timedelta
from typing import Any

from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.base.time import ms_from_datetime
from tocsin.engine.major_hazard import UnitKind
from tocsin.hazchem.installations.models import PlantEquipment, PlantUnit
from tocsin.hazchem.installations.rules.kinds import EquipmentKind, PointKind
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, HeldSheet, PointSheet, UnitSheet
from tocsin.hazchem.installations.services import units
from tocsin.jurisdiction.people.models import User
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.supervision.objects.models import SupervisedObject


def make_plant(name: str = "Hongda Chemicals", code: str = "plant-a") -> tuple[SupervisedObject, User, User]:
    """A firm, its safety officer, and a keeper of the register who sees sensors, too."""
    body, bureau = make_body(code), make_body(f"{code}-bureau")
    firm = make_object(name, organisation=body, competent=bureau, kind="enterprise")
    officer = make_named_person(f"officer-{code}", "firm_officer", body)
    keeper = make_named_person(f"keeper-{code}", "supervisor", bureau)
    return firm, officer, keeper


def make_level(device: str = "tank-1", channel: str = "level", value: float = 5.0, quantity: str = "level") -> Sensor:
    made = Device.objects.filter(code=device).first() or Device.objects.create(
        code=device, region_code=LICANG, secret_sha256="0" * 64, created_at=NOW
    )
    told: dict[str, Any] = {"lon": 120.4, "lat": 36.2, "region_code": LICANG, "resolution": 0.001}
    index = Sensor.objects.count() + 1
    return Sensor.objects.create(
        index=index,
        device=made,
        channel=channel,
        quantity=quantity,
        last_value=value,
        last_ts=ms_from_datetime(NOW - timedelta(minutes=1)),
        **told,
    )


def make_tank(
    actor: User, firm: SupervisedObject, *, unit: str = "Chlorine bund", substance: str = "氯", design_t: float = 100.0
) -> tuple[PlantUnit, PlantEquipment]:
    """A unit with a standing tank of 100 m3 and 10 m, whose contents weigh 1 t a cubic metre."""
    made = units.enter_unit(actor=actor, object_id=firm.pk, sheet=UnitSheet(name=unit, kind=UnitKind.STORAGE, people=60), now=NOW)
    sheet = EquipmentSheet(tag="V-101", kind=EquipmentKind.TANK, volume_m3=100.0, height_m=10.0)
    tank = units.enter_equipment(actor=actor, unit_id=made.pk, sheet=sheet)
    held = HeldSheet(substance=substance, design_t=design_t, density_kg_m3=1000.0)
    units.hold(actor=actor, equipment_id=tank.pk, sheet=held, now=NOW)
    made.refresh_from_db()
    return made, tank


def watch_level(actor: User, tank: PlantEquipment, sensor: str = "tank-1/level", **limits: float) -> None:
    sheet = PointSheet(tag="LT-101", kind=PointKind.LEVEL, sensor=sensor, **limits)
    units.enter_point(actor=actor, equipment_id=tank.pk, sheet=sheet)

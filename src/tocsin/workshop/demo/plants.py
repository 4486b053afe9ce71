"""Plants of the demonstration: what the firms with major hazards hold, a grade that follows, and what a leak would do."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tocsin.hazchem.installations.models import PlantUnit
    from tocsin.jurisdiction.people.models import User
    from tocsin.supervision.face import SupervisedObject

type Head = tuple[str, str, str, int]
"""Of a unit: name, kind, key area, people within 500 m."""
type Tank = tuple[str, str, str, float, float, bool, str, float, float, float]
"""Tag, name, shape, m3, m, liquefied, substance, the most by design and what is there now in tonnes, kg/m3."""

_OF_TRADE: Final[dict[str, tuple[Head, tuple[Tank, ...]]]] = {
    "chlor_alkali": (
        ("液氯罐区", "storage", "tank_farm", 260),
        (
            ("V-1101", "一号液氯储罐", "horizontal", 40.0, 2.6, True, "液氯", 45.0, 31.0, 1400.0),
            ("V-1102", "二号液氯储罐", "horizontal", 40.0, 2.6, True, "液氯", 45.0, 8.5, 1400.0),
        ),
    ),
    "fine_chemical_batch": (
        ("溶剂罐区", "storage", "tank_farm", 45),
        (
            ("V-2101", "甲苯储罐", "vertical", 200.0, 8.0, False, "甲苯", 150.0, 96.0, 867.0),
            ("V-2102", "甲醇储罐", "vertical", 200.0, 8.0, False, "甲醇", 140.0, 52.0, 792.0),
            ("V-2103", "液氨储罐", "horizontal", 30.0, 2.4, True, "液氨", 16.0, 7.2, 610.0),
        ),
    ),
}


def settle_plants(now: datetime) -> int:
    """Units, tanks and what they hold, through the services of the pages; one estimate of a leak. How many units."""
    from tocsin.jurisdiction.people.queries import person_by_username
    from tocsin.supervision.face import visible_objects

    keeper = person_by_username("supervisor")
    if keeper is None:
        raise LookupError("the demonstration has nobody who keeps the register")
    firms = visible_objects(keeper).filter(major_hazard=True, trade__in=_OF_TRADE, kind="enterprise").order_by("code")
    units = [_settle(keeper, firm, now) for firm in firms]
    chlorine = next((unit for unit, trade in units if trade == "chlor_alkali"), None)
    if chlorine is not None:
        _estimate(keeper, chlorine, now)
    return len(units)


def _settle(keeper: "User", firm: "SupervisedObject", now: datetime) -> "tuple[PlantUnit, str]":
    from tocsin.engine.major_hazard import UnitKind
    from tocsin.engine.tanks import TankShape
    from tocsin.hazchem.installations.rules.kinds import EquipmentKind, KeyArea
    from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, HeldSheet, UnitSheet
    from tocsin.hazchem.installations.services import units

    (name, kind, area, people), tanks = _OF_TRADE[firm.trade]
    sheet = UnitSheet(name=name, kind=UnitKind(kind), area=KeyArea(area), people=people, lon=firm.lon, lat=firm.lat)
    unit = units.enter_unit(actor=keeper, object_id=firm.pk, sheet=sheet, now=now)
    for tag, title, shape, volume, height, liquefied, substance, design, present, density in tanks:
        tank = EquipmentSheet(
            tag=tag,
            name=title,
            kind=EquipmentKind.PRESSURE_VESSEL if liquefied else EquipmentKind.TANK,
            shape=TankShape(shape),
            volume_m3=volume,
            height_m=height,
            liquefied=liquefied,
        )
        made = units.enter_equipment(actor=keeper, unit_id=unit.pk, sheet=tank)
        held = HeldSheet(substance=substance, design_t=design, density_kg_m3=density)
        row = units.hold(actor=keeper, equipment_id=made.pk, sheet=held, now=now)
        units.state_inventory(actor=keeper, held_id=row.pk, present_t=present, now=now)
    return unit, firm.trade


def _estimate(keeper: "User", unit: "PlantUnit", now: datetime) -> None:
    from tocsin.hazchem.releases.queries.wind import Weather
    from tocsin.hazchem.releases.rules.scenarios import Circumstances, Scenario
    from tocsin.hazchem.releases.services.estimating import make_estimate

    make_estimate(
        actor=keeper,
        equipment_id=unit.equipment.order_by("tag")[0].pk,
        scenario=Scenario.BOILING_LIQUID,
        substance="液氯",
        known=Circumstances(hole_mm=20, temperature_c=10, duration_min=10),
        weather=Weather(wind_m_s=2.5, wind_from_degrees=330, stability="D", temperature_c=3),
        now=now,
    )

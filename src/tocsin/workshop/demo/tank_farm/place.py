"""Where and who: the firm with the solvent tanks, its people, its detectors, and what these measure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tocsin.base.geometry import LocalPlane
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.workshop.demo.memory import Login

if TYPE_CHECKING:
    from tocsin.hazchem.installations.models import PlantUnit
    from tocsin.jurisdiction.people.models import User
    from tocsin.sensing.devices.rules import NewDevice, NewSensor
    from tocsin.supervision.face import SupervisedObject

TRADE: Final = "fine_chemical_batch"
UNIT: Final = "溶剂罐区"
DEVICE: Final = "GD-TANKS"
STATION: Final = "WS-TANKS"  # the weather station on the control room's roof
GATEWAY: Final = "UWB-TANKS"
EVERY_S: Final = 60
PEOPLE: Final = (  # account, name, post in a permit
    ("plant", "罐区工段长（演示）", "applicant"),
    ("plant_gas", "气体分析员（演示）", "analyst"),
    ("plant_watch", "动火监护人（演示）", "watcher"),
    ("plant_lead", "分管副总经理（演示）", "approver"),
)


@dataclass(frozen=True)
class Detector:
    """A gas detector of the tank farm: its channel, tag, tank, and where it hangs in metres from the unit's middle."""

    channel: str
    tag: str
    tank: str
    east_m: float
    north_m: float


DETECTORS: Final = (Detector("gas1", "GD-2101", "V-2101", 8.0, 4.0), Detector("gas2", "GD-2102", "V-2102", -9.0, 6.0))
LEAKING: Final = DETECTORS[0]
_WIND: Final = (("speed", "wind_speed", "风速", 0.1), ("direction", "wind_direction", "风向", 1.0))
LEAK_BEGINS: Final = timedelta(minutes=200)  # after the story's first moment
_LEAK: Final = (0.0, 6.0, 19.0, 27.0, 31.0, 33.0, 30.0, 26.0, 23.0, 21.0, 18.0, 14.0, 9.0, 5.0, 2.0)  # % LEL, two minutes apart


def gas_at(detector: Detector, begin: datetime, moment: datetime) -> float:
    """Percent of the lower explosive limit: clean air, and in the story what a flange of the toluene line lets out."""
    minutes = int((moment - begin - LEAK_BEGINS).total_seconds() // 120)
    leak = _LEAK[minutes] if detector is LEAKING and 0 <= minutes < len(_LEAK) else 0.0
    turn = ms_from_datetime(moment) // (EVERY_S * 1000) * 7 + (3 if detector is LEAKING else 11)
    return round(0.4 + turn % 13 / 10 + leak, 1)


def wind_at(moment: datetime) -> dict[str, float]:
    """Speed in m/s and whence it comes in degrees: a north-westerly that wavers."""
    minute = ms_from_datetime(moment) // (EVERY_S * 1000)
    return {"speed": round(2.2 + minute * 7 % 13 / 10, 1), "direction": float(320 + minute * 5 % 23)}


def values_between(begin: datetime, after_ms: int, until_ms: int) -> Iterator[tuple[int, dict[str, float]]]:
    """What the detectors send after `after_ms`, up to `until_ms`: times in Unix ms with a value of each channel."""
    for ts in _moments(after_ms, until_ms):
        yield ts, {one.channel: gas_at(one, begin, datetime_from_ms(ts)) for one in DETECTORS}


def wind_between(after_ms: int, until_ms: int) -> Iterator[tuple[int, dict[str, float]]]:
    """The same of the weather station."""
    for ts in _moments(after_ms, until_ms):
        yield ts, wind_at(datetime_from_ms(ts))


def _moments(after_ms: int, until_ms: int) -> range:
    step = EVERY_S * 1000
    return range((after_ms // step + 1) * step, until_ms + 1, step)


def new_detectors(region_code: str, place: tuple[float, float]) -> "tuple[list[NewDevice], list[NewSensor]]":
    """The devices with their channels: the detectors' panel and the weather station."""
    from tocsin.sensing.devices.rules import NewDevice, NewSensor

    plane = LocalPlane(*place)
    spots = [plane.spot_in_degrees(one.east_m, one.north_m) for one in DETECTORS]
    sensors = [
        NewSensor(
            device_code=DEVICE,
            channel=one.channel,
            quantity="methane",
            name=f"{one.tag} 可燃气体",
            lon=lon,
            lat=lat,
            interval_s=float(EVERY_S),
            resolution=0.1,
        )
        for one, (lon, lat) in zip(DETECTORS, spots, strict=True)
    ]
    lon, lat = plane.spot_in_degrees(60.0, 40.0)
    for channel, quantity, name, resolution in _WIND:
        station = NewSensor(device_code=STATION, channel=channel, quantity=quantity, name=name, lon=lon, lat=lat)
        sensors.append(replace(station, interval_s=float(EVERY_S), resolution=resolution))
    devices = [
        NewDevice(code=DEVICE, name=f"{UNIT} 气体报警控制器", region_code=region_code),
        NewDevice(code=STATION, name=f"{UNIT} 气象站", region_code=region_code),
    ]
    return devices, sensors


def unit_of_story() -> "PlantUnit":
    """The tank farm of the story; LookupError where the demonstration has none."""
    from tocsin.hazchem.installations.models import PlantUnit

    found = PlantUnit.objects.filter(name=UNIT, object__trade=TRADE, active=True).select_related("object__organisation")
    unit = found.order_by("object__code").first()
    if unit is None:
        raise LookupError(f"the demonstration has no unit {UNIT}")
    return unit


def has_story() -> bool:
    """False in a demonstration that was begun before its firm had people, and where no such firm is."""
    from tocsin.jurisdiction.people.queries import person_by_username

    return person_by_username(PEOPLE[0][0]) is not None


def firm_of_story() -> "SupervisedObject":
    """Its firm."""
    return unit_of_story().object


def settle_people(region_code: str) -> tuple[Login, ...]:
    """Accounts of the firm's own people who are named in permits."""
    from tocsin.jurisdiction.people.services.accounts import create_person, new_one_time_password
    from tocsin.jurisdiction.people.services.grants import grant_role
    from tocsin.jurisdiction.people.services.system import system_actor

    firm = firm_of_story()
    logins = []
    for username, name, _post in PEOPLE:
        password = new_one_time_password()
        user, _ = create_person(
            actor=system_actor(), username=username, name=name, organisation_id=firm.organisation_id, password=password
        )
        grant_role(actor=system_actor(), user=user, role="firm_officer", region_code=region_code)
        logins.append(Login("firm_officer", username, password))
    return tuple(logins)


def person(username: str) -> "User":
    """The account of that name; LookupError where there is none."""
    from tocsin.jurisdiction.people.queries import person_by_username

    found = person_by_username(username)
    if found is None:
        raise LookupError(f"the demonstration has no person {username}")
    return found

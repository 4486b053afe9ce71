"""The reports of a demonstration as a time line: handed in as people do, then accepted, checked, handled, answered and paid."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tocsin.workshop.demo.public.courses import COURSES
from tocsin.workshop.demo.public.desk import Desk
from tocsin.workshop.demo.public.timeline import Act
from tocsin.workshop.demo.public.told import Public, Told, written

LATER_FIRST: Final = timedelta(minutes=35)
LATER_EVERY: Final = timedelta(hours=2, minutes=20)
STREETS: Final = (
    ("文昌路38号", 120.4118, 36.1512),
    ("峰山路与源头路口", 120.4325, 36.1548),
    ("兴华路菜市场", 120.3989, 36.1648),
    ("铜川路112号", 120.4402, 36.1690),
    ("青山路6号院", 120.4290, 36.1802),
    ("万年泉路地铁站C口", 120.4222, 36.1458),
    ("延川路与巨峰路口", 120.4478, 36.1577),
)
_OF_A_TRUE_ONE: Final = ("handle", "gone", "draft_reward", "judge", "propose", "agree")
_TELLS: Final = {
    "accept": "a report officer accepts the report {key}",
    "assign": "two inspectors are to check the report {key}",
    "check": "the inspectors write down what they found of {key}",
    "handle": "what was found of {key} is put right",
    "answer": "whoever reported {key} is answered",
}


def acts_of_reports(public: Public, until: datetime) -> Iterator[Act]:
    """All acts up to then: of the reports of the days before, and of those that come in while it runs."""
    before, later = written()
    for told in before:
        yield from _course(public, told, public.moment(told))
    for number in range(1000):
        at = public.begin + LATER_FIRST + number * LATER_EVERY
        if at > until:
            return
        place, lon, lat = STREETS[number * 3 % len(STREETS)]
        told = msgspec.structs.replace(later[number % len(later)], key=f"later-{number + 1}", place=place, lon=lon, lat=lat)
        yield from _course(public, told, at)


def _course(public: Public, told: Told, at: datetime) -> Iterator[Act]:
    desk = Desk(public, told)
    tells = ""
    if told.danger:
        tells = f"somebody reports danger to life, {told.key}: {told.place}; it is a case of the same number at once"
    elif told.course == "later":
        tells = f"somebody reports {told.key}: {told.place}"
    yield Act(at, desk.hand_in, tells, by_officer=told.channel != "page")
    for hours, name in COURSES[told.course]:
        if told.verdict == "not_true" and name in _OF_A_TRUE_ONE:
            continue
        if name in ("gone", "claim") and told.channel != "page":
            continue  # an operator wrote the secret down for them; only a phone has it in this play
        tells = _TELLS.get(name, "").format(key=told.key) if told.course in ("later", "danger") else ""
        yield Act(at + timedelta(hours=hours), getattr(desk, name), tells, by_officer=name not in ("gone", "claim"))

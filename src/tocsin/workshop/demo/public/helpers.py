"""Volunteers of a demonstration: they register, are taken in, are called, answer, are there, and go home."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from django.utils import timezone

from tocsin.base.decoding import convert
from tocsin.base.ids import new_id
from tocsin.workshop.demo.memory import Login
from tocsin.workshop.demo.public.people import person
from tocsin.workshop.demo.public.timeline import Act

if TYPE_CHECKING:
    from tocsin.mobilisation.volunteers.models import Call, Need

FILE: Final = Path(__file__).with_name("volunteers.toml")
LOGIN: Final = "helper"  # whose password is told
_NUMBER: Final = "0532-0000-03{:02d}"
type Answers = Literal["comes", "declines", "late", "silent"]


class Helper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the register. `skills`: code, with how many behind a colon."""

    username: str
    name: str
    kind: str
    place: str
    skills: tuple[str, ...]
    lon: float | None = None
    lat: float | None = None
    valid_days: int = 200
    answers: Answers = "comes"
    standing: Literal["confirmed", "applied", "refused"] = "confirmed"


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One need: so many days after the story's day, what, where, how long it lasts."""

    day: int
    at: str
    what: str
    count: int
    place: str
    lon: float
    lat: float
    skills: tuple[str, ...]
    text: str
    hours: float


class Cast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    volunteer: tuple[Helper, ...]
    need: tuple[Asked, ...]


def cast() -> Cast:
    """The volunteers and what is needed of them."""
    return convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Cast)


def settle_helpers(now: datetime) -> Login:
    """The register, as its people fill it in and an officer takes them in. Returns who can sign in as one of them."""
    from tocsin.jurisdiction.people.services.accounts import new_one_time_password

    password = new_one_time_password()
    for number, one in enumerate(cast().volunteer, 1):
        _register(one, _NUMBER.format(number), password if one.username == LOGIN else new_one_time_password(), now)
    return Login("volunteer", LOGIN, password)


def _register(one: Helper, telephone: str, password: str, now: datetime) -> None:
    from tocsin.jurisdiction.contacts.services.confirming import confirm_contact_point, contact_code
    from tocsin.mobilisation.volunteers.policy import volunteers_policy
    from tocsin.mobilisation.volunteers.rules.register import Kind
    from tocsin.mobilisation.volunteers.services import own, register

    leader = person("leader")
    assert leader.organisation is not None  # noqa: S101 - settled with the town
    new = register.NewVolunteer(one.name, Kind(one.kind), one.lon, one.lat, one.place)
    made = register.join(
        new=new,
        body_id=leader.organisation.pk,
        username=one.username,
        password=password,
        telephone=telephone,
        agreed=True,
        language="zh-hans",
        now=now,
    )
    user = person(one.username)
    for point in user.contact_points.all():
        confirm_contact_point(user=user, contact_point_id=point.pk, code=contact_code(point.pk))
    known = volunteers_policy().skills
    for skill in one.skills:
        code, _colon, quantity = skill.partition(":")
        needed = known[code].certificate
        own.set_ability(
            actor=user,
            code=code,
            quantity=int(quantity or 1),
            certificate=f"演示-{one.username}-{code}" if needed else "",
            valid_until=timezone.localdate(now) + timedelta(days=one.valid_days) if needed else None,
        )
    if one.standing == "confirmed":
        register.admit(actor=leader, volunteer_id=made.pk, now=now)
    elif one.standing == "refused":
        register.refuse(actor=leader, volunteer_id=made.pk, reason="未填写住处和技能，请补充后再申请。", now=now)


def acts_of_helpers(region_code: str, begin: datetime) -> Iterator[Act]:
    """Each need: opened, called for, answered, served and ended."""
    for asked in cast().need:
        hour, minute = asked.at.split(":")
        day = timezone.localtime(begin) + timedelta(days=asked.day)
        at = day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        round_ = _Round(region_code, asked, at)
        tells = f"volunteers are asked for: {asked.what}, {asked.place}"
        yield Act(at, round_.open, tells)
        yield Act(at + timedelta(minutes=2), round_.call, "the desk calls volunteers")
        for minutes, acts in ((5, ("accept",)), (7, ("decline",)), (15, ("set_out",)), (35, ("arrive",))):
            for name in acts:
                yield Act(at + timedelta(minutes=minutes), round_.step(name), by_officer=False)
        for number in range(1, int(asked.hours)):
            yield Act(at + timedelta(hours=number), round_.step("check_in"), by_officer=False)
        end = at + timedelta(hours=asked.hours)
        yield Act(end, round_.stand_down, f"volunteers stand down: {asked.what}")
        yield Act(end + timedelta(minutes=5), round_.step("leave"), by_officer=False)
        yield Act(end + timedelta(minutes=40), round_.step("home"), "the volunteers are home", by_officer=False)


_STATE_BEFORE: Final = {
    "accept": ("called",),
    "decline": ("called",),
    "set_out": ("accepted",),
    "arrive": ("on_way",),
    "check_in": ("there",),
    "leave": ("there",),
    "home": ("on_way", "leaving"),
}
_DOES: Final[dict[Answers, tuple[str, ...]]] = {
    "comes": ("accept", "set_out", "arrive", "check_in", "leave", "home"),
    "late": ("accept", "set_out", "home"),  # on the way, and nothing more is heard until they are home
    "declines": ("decline",),
    "silent": (),
}


@dataclass(frozen=True)
class _Round:
    """One need and whoever is called for it."""

    region_code: str
    asked: Asked
    at: datetime

    def open(self, now: datetime) -> None:
        from tocsin.mobilisation.volunteers.services.needs import NewNeed, open_need

        asked = self.asked
        new = NewNeed(
            what=asked.what,
            count=asked.count,
            lon=asked.lon,
            lat=asked.lat,
            place=asked.place,
            region_code=self.region_code,
            skills=asked.skills,
            text=asked.text,
            radius_km=12.0,
        )
        open_need(actor=person("duty"), new=new, now=now)

    def call(self, now: datetime) -> None:
        from tocsin.mobilisation.volunteers.services.needs import begin_calling

        begin_calling(actor=person("duty"), need_id=self._need().pk, now=now)

    def stand_down(self, now: datetime) -> None:
        from tocsin.mobilisation.volunteers.services.needs import stand_down

        stand_down(actor=person("duty"), need_id=self._need().pk, text="辛苦了，注意路滑。", now=now)

    def step(self, name: str) -> "_Step":
        """That act, by everybody for whom it is time."""
        return _Step(self, name)

    def _need(self) -> "Need":
        from tocsin.mobilisation.volunteers.models import Need

        return Need.objects.filter(what=self.asked.what, opened_at__gte=self.at).earliest("opened_at")


@dataclass(frozen=True)
class _Step:
    """An act upon the calls of a need, each by its volunteer."""

    round: _Round
    name: str

    def __call__(self, now: datetime) -> None:
        answers = {one.username: one.answers for one in cast().volunteer}
        calls = self.round._need().calls.filter(state__in=_STATE_BEFORE[self.name]).select_related("volunteer__user")
        for call in calls:
            user = call.volunteer.user
            if self.name in _DOES[answers.get(user.username, "silent")]:
                self._enter(call, now)

    def _enter(self, call: "Call", now: datetime) -> None:
        from tocsin.fieldwork.rules import NewAct
        from tocsin.mobilisation.volunteers.rules.calls import DeclineReason
        from tocsin.mobilisation.volunteers.rules.entries import CallData
        from tocsin.mobilisation.volunteers.services.entries import apply_call_act

        data = CallData(reason=DeclineReason.WORK) if self.name == "decline" else CallData()
        act = NewAct(new_id(), call.pk, self.name, now, data, device=f"phone of {call.volunteer.user.username}")
        apply_call_act(actor=call.volunteer.user, act=act)

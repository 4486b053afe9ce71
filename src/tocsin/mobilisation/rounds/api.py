"""Walks and doors for programs and for the phone page of whoever knocks."""

from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.fieldwork.api import MOST_AT_ONCE, MOST_COUNTED, DeviceActIn, DeviceActsIn, DeviceActTakenOut, take
from tocsin.jurisdiction.face import may_anywhere
from tocsin.mobilisation.public_warnings.queries.reach import visible_rounds
from tocsin.mobilisation.public_warnings.shown.reach import town_name
from tocsin.mobilisation.public_warnings.shown.warnings import LEVEL_NAMES, texts_for_reader
from tocsin.mobilisation.rounds.models import Walk
from tocsin.mobilisation.rounds.queries.walks import doors_for, is_over, newest_of, own_walks, visible_doors
from tocsin.mobilisation.rounds.rules.doors import MOST_OF_A_WALK, RESULTS, WALK, DoorAct
from tocsin.mobilisation.rounds.rules.rights import KNOCK
from tocsin.mobilisation.rounds.services import helping, needs, walks
from tocsin.mobilisation.rounds.shown.doors import (
    ACT_NAMES,
    DoorOut,
    RoundDoorsOut,
    conflict_of,
    describe_door,
    describe_rounds,
)
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.mobilisation.rounds.models import DoorEntry

router = Router()


class WalkIn(Schema, extra="forbid"):
    walker_id: UUID
    stretch: str = Field("", max_length=200)
    doors: list[str] = Field([], max_length=MOST_OF_A_WALK, description="doors by name, each up to 120 signs")


class KnockersAskedIn(Schema, extra="forbid"):
    town_code: str = Field("", max_length=9, description="a silent town; empty: wherever the warning holds")
    count: int | None = Field(None, ge=1, le=MOST_OF_A_WALK, description="null: as many as the policy says")


class KnockersAskedOut(Schema):
    """A need for volunteers, by its number."""

    need: str


class DoorDataIn(Schema, extra="forbid"):
    text: str = Field("", max_length=2000)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    door: UUID | None = Field(None, description="a door of the list")
    place: str = Field("", max_length=120, description="a door that stands on no list")
    people: int = Field(0, ge=0, le=9999, description="told in person")
    seen: int = Field(0, ge=0, le=MOST_COUNTED, description="version of the door that the person saw")


class DoorEntryIn(DeviceActIn):
    """An act as the device made it. The same id twice is one act."""

    walk_id: UUID
    act: DoorAct
    data: DoorDataIn | None = None


class DoorEntriesIn(DeviceActsIn, extra="forbid"):
    entries: list[DoorEntryIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class DoorTakenOut(DeviceActTakenOut):
    """What became of one entry at a door."""


class KnockResultOut(Schema):
    code: str
    name: str


class KnockEntryOut(Schema):
    act: str
    act_name: str
    place: str
    text: str
    at: datetime
    conflict: str


class KnockDoorOut(Schema):
    """A door as the phone needs it."""

    id: UUID
    version: int
    place: str
    result: str
    people: int
    words: str
    help: bool = Field(description="somebody needs help, and the desk has not dealt with it yet")
    differs: bool


class KnockWalkOut(Schema):
    """A walk as its walker's phone needs it."""

    id: UUID
    version: int
    town: str
    stretch: str
    level: str
    level_name: str
    headline: str
    caution: str
    measures: str
    over: bool = Field(description="the warning holds no longer: nobody knocks any more")
    finished: bool
    body: str
    telephone: str
    doors: list[KnockDoorOut]
    entries: list[KnockEntryOut] = Field(description="the last 30")


class KnockerOut(Schema):
    now: datetime
    person_id: str
    person: str
    walks: list[KnockWalkOut]
    results: list[KnockResultOut]


class DoorResultIn(Schema, extra="forbid"):
    result: DoorAct


class DoorHelpedIn(Schema, extra="forbid"):
    words: str = Field("", max_length=500, description="how they were helped")


@router.get("/knocker", response=KnockerOut)
def knocker(request: HttpRequest) -> KnockerOut:
    """Your walks with their doors, those of warnings that ended within a day too, and the words of every form."""
    if not may_anywhere(request.user, KNOCK):
        raise NotAllowed(_("Your roles give you no doors to knock on."))
    now, user = current_time(), actor_of(request)
    return KnockerOut(
        now=now,
        person_id=str(user.pk),
        person=str(user),
        walks=[_walk(one, now) for one in own_walks(user, now=now)],
        results=[KnockResultOut(code=one.value, name=str(ACT_NAMES[one])) for one in RESULTS],
    )


@router.post("/door-walks/entries", response=list[DoorTakenOut])
def door_entries(request: HttpRequest, given: DoorEntriesIn) -> list[DoorTakenOut]:
    """What came of doors, in the order in which it is sent. Each is taken or refused by itself; a second delivery changes
    nothing.
    """
    return [_take(request, one) for one in given.entries]


@router.get("/door-rounds/{uuid:door_round_id}/doors", response=RoundDoorsOut)
def door_round(request: HttpRequest, door_round_id: UUID) -> RoundDoorsOut:
    """A silent town with who walks there, and what came of each door."""
    return _round(request, door_round_id)


@router.post("/door-rounds/{uuid:door_round_id}/walks", response=RoundDoorsOut)
def give_doors(request: HttpRequest, door_round_id: UUID, given: WalkIn) -> RoundDoorsOut:
    """A person gets a stretch and doors; a second time adds to the first."""
    walks.give_doors(
        actor=actor_of(request),
        round_id=door_round_id,
        walker_id=given.walker_id,
        stretch=given.stretch,
        doors="\n".join(given.doors),
        now=current_time(),
    )
    return _round(request, door_round_id)


@router.post("/door-walks/{uuid:walk_id}/take-back", response=RoundDoorsOut)
def take_back_walk(request: HttpRequest, walk_id: UUID) -> RoundDoorsOut:
    """The walker need not go on; doors where nobody was are free for others."""
    walk = walks.take_back_walk(actor=actor_of(request), walk_id=walk_id, now=current_time())
    return _round(request, walk.round_id)


@router.post("/doors/{uuid:door_id}/settle", response=DoorOut)
def settle_door(request: HttpRequest, door_id: UUID, given: DoorResultIn) -> DoorOut:
    """Of two results that differ the one that holds."""
    helping.settle_door(actor=actor_of(request), door_id=door_id, result=given.result.value, now=current_time())
    return _door(request, door_id)


@router.post("/doors/{uuid:door_id}/case", response=DoorOut)
def want_case_of_door(request: HttpRequest, door_id: UUID) -> DoorOut:
    """The duty desk gets a case of whoever needs help there, within seconds."""
    helping.want_case(actor=actor_of(request), door_id=door_id, now=current_time())
    return _door(request, door_id)


@router.post("/doors/{uuid:door_id}/need", response=KnockersAskedOut)
def need_for_door(request: HttpRequest, door_id: UUID) -> KnockersAskedOut:
    """Volunteers are needed by whoever is behind the door; asked twice it is one need."""
    made = needs.need_for_door(actor=actor_of(request), door_id=door_id, now=current_time())
    return KnockersAskedOut(need=made.number)


@router.post("/warnings/{uuid:public_warning_id}/volunteers", response=KnockersAskedOut)
def need_for_warning(request: HttpRequest, public_warning_id: UUID, given: KnockersAskedIn) -> KnockersAskedOut:
    """Volunteers are needed who knock where the warning holds, or in one silent town; asked twice it is one need."""
    made = needs.need_for_warning(
        actor=actor_of(request), warning_id=public_warning_id, town_code=given.town_code, count=given.count, now=current_time()
    )
    return KnockersAskedOut(need=made.number)


@router.post("/doors/{uuid:door_id}/helped", response=DoorOut)
def end_help_of_door(request: HttpRequest, door_id: UUID, given: DoorHelpedIn) -> DoorOut:
    """They were helped."""
    helping.end_help(actor=actor_of(request), door_id=door_id, words=given.words, now=current_time())
    return _door(request, door_id)


def _round(request: HttpRequest, round_id: UUID) -> RoundDoorsOut:
    return describe_rounds([visible_rounds(request.user).get(pk=round_id)])[0]


def _door(request: HttpRequest, door_id: UUID) -> DoorOut:
    return describe_door(visible_doors(request.user).select_related("walk__walker", "result_walk__walker").get(pk=door_id))


def _take(request: HttpRequest, given: DoorEntryIn) -> DoorTakenOut:
    taken = take(request, WALK, given.walk_id, given, given.data)
    if taken.entry is None:
        return DoorTakenOut(id=given.id, taken=False, verdict="", version=None, reason=taken.reason)
    kept = cast("DoorEntry", taken.entry)
    return DoorTakenOut(id=kept.pk, taken=True, verdict=kept.verdict, version=kept.version, reason=conflict_of(kept))


def _walk(walk: Walk, now: datetime) -> KnockWalkOut:
    warning = newest_of(walk.round.warning)
    texts = texts_for_reader(warning)
    entries = walk.entries.select_related("door").order_by("-version")[:30]
    body = warning.organisation
    return KnockWalkOut(
        id=walk.pk,
        version=walk.version,
        town=town_name(walk.round.town_code),
        stretch=walk.stretch,
        level=warning.level,
        level_name=str(LEVEL_NAMES[warning.level]),
        headline=texts.headline,
        caution=texts.caution,
        measures=texts.measures,
        over=is_over(warning, now),
        finished=walk.finished_at is not None,
        body=str(body or ""),
        telephone=body.telephone if body else "",
        doors=[
            KnockDoorOut(
                id=one.pk,
                version=one.version,
                place=one.place,
                result=one.result,
                people=one.people,
                words=one.words,
                help=one.help_at is not None and one.helped_at is None,
                differs=one.conflict,
            )
            for one in doors_for(walk)
        ],
        entries=[
            KnockEntryOut(
                act=one.act,
                act_name=str(ACT_NAMES[DoorAct(one.act)]),
                place=one.door.place if one.door else "",
                text=one.data.get("text", ""),
                at=one.at,
                conflict=conflict_of(one),
            )
            for one in reversed(entries)
        ],
    )

"""Acts of phones in batches that may come twice, photos, and their answers."""

from collections.abc import Callable, Iterable
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.screens.request import actor_of
from tocsin.supervision.inspections.rules.findings import FindingAct
from tocsin.supervision.inspections.rules.inspections import InspectionAct
from tocsin.supervision.inspections.services.findings import enter_finding
from tocsin.supervision.inspections.services.inspections import enter_inspection
from tocsin.supervision.phones.api import LARGEST_PHOTO, MOST_COUNTED
from tocsin.supervision.phones.rules import ActData, Answer, FindingGrade, NewAct, read_act_data
from tocsin.supervision.tasks.rules.acts import TaskAct
from tocsin.supervision.tasks.services.acts import enter_task
from tocsin.supervision.work.rules.episodes import EpisodeAct
from tocsin.supervision.work.services.episodes import enter_answer

MOST_AT_ONCE = 200
ACTS: dict[str, Iterable[str]] = {
    "task": TaskAct,
    "finding": FindingAct,
    "inspection": InspectionAct,
    "episode": (EpisodeAct.ANSWER,),
}
_ENTER: dict[str, Callable[..., Any]] = {
    "task": enter_task,
    "finding": enter_finding,
    "inspection": enter_inspection,
    "episode": enter_answer,
}

Photographed = Literal["task", "finding", "inspection"]
Subject = Literal["task", "finding", "inspection", "episode"]


class ActDataIn(Schema, extra="forbid"):
    """What an act carries; which fields it needs is told in docs/tasks.md and docs/inspections.md."""

    text: str = Field("", max_length=2000)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    item: str = Field("", max_length=120)
    answer: Answer | None = None
    grade: FindingGrade | None = None
    days: int | None = Field(None, ge=0, le=3650)
    until: str = Field("", max_length=10, description="a day, YYYY-MM-DD")
    person: str = Field("", max_length=120)
    money: str = Field("", max_length=120)
    measure: str = Field("", max_length=2000)
    limit: str = Field("", max_length=120)
    plan: str = Field("", max_length=2000)
    object: UUID | None = Field(None, description="of a new inspection (act `open`), whose id the device made")
    check_list: str = Field("", max_length=60)
    list_version: int | None = Field(None, ge=1, le=MOST_COUNTED)
    second: UUID | None = Field(None, description="the second inspector")


class ActIn(Schema, extra="forbid"):
    """An act as the device made it. The same id twice is one act."""

    id: UUID
    subject: Subject
    subject_id: UUID
    act: str = Field(max_length=30)
    at: AwareDatetime
    data: ActDataIn | None = None
    device: str = Field("", max_length=60)
    sequence: int = Field(0, ge=0, le=MOST_COUNTED)
    base_version: int | None = Field(None, ge=0, le=MOST_COUNTED, description="the version that the person saw")


class ActsIn(Schema, extra="forbid"):
    entries: list[ActIn] = Field(min_length=1, max_length=MOST_AT_ONCE)
    channel: Literal["api", "phone"] = "api"


class ActTakenOut(Schema):
    """What became of one act. One that was refused is not kept: the device shows why and keeps it."""

    id: UUID
    taken: bool
    verdict: str = Field(description="goes_on, stays, or a conflict")
    version: int | None
    reason: str


def take_all(request: HttpRequest, given: ActsIn) -> list[dict[str, Any]]:
    """Each act by itself, in the order in which it was sent."""
    return [take(request, one) for one in given.entries]


def take(request: HttpRequest, given: ActIn) -> dict[str, Any]:
    """One act: taken, or refused with the reason."""
    data = read_act_data(given.data.model_dump(exclude_defaults=True) if given.data else {})
    try:
        if given.act not in set(ACTS[given.subject]):
            raise InvalidInput(_("There is no act %(act)s here.") % {"act": given.act})
        act = NewAct(given.id, given.subject_id, given.act, given.at, data, given.device, given.sequence, given.base_version)
        return taken(_ENTER[given.subject](actor=actor_of(request), act=act))
    except Refusal as refusal:
        return _refused(given.id, str(refusal))
    except ObjectDoesNotExist:
        return _refused(given.id, _("There is no such thing, or your rights do not reach it."))


def take_photo(
    request: HttpRequest,
    subject: Photographed,
    subject_id: UUID,
    file: UploadedFile,
    *,
    identity: UUID,
    at: AwareDatetime,
    text: str,
    device: str,
    sequence: int,
    base_version: int | None,
    item: str = "",
) -> dict[str, Any]:
    """A photo as proof, an act of its own. The same id twice is one photo."""
    if (file.size or 0) > LARGEST_PHOTO:
        raise InvalidInput(_("The file has more than %(megabytes)g MB.") % {"megabytes": LARGEST_PHOTO / 1e6})
    act = NewAct(
        id=identity,
        subject_id=subject_id,
        act="photo",
        at=at,
        data=ActData(text=text[:2000], item=item[:120]),
        device=device[:60],
        sequence=max(0, min(sequence, MOST_COUNTED)),
        base_version=None if base_version is None else max(0, min(base_version, MOST_COUNTED)),
    )
    return taken(_ENTER[subject](actor=actor_of(request), act=act, picture=file.read(), name=file.name or ""))


def taken(entry: Any) -> dict[str, Any]:
    """The answer to an act that was kept."""
    return {"id": entry.pk, "taken": True, "verdict": entry.verdict, "version": entry.version, "reason": ""}


def _refused(identity: UUID, reason: str) -> dict[str, Any]:
    return {"id": identity, "taken": False, "verdict": "", "version": None, "reason": reason}

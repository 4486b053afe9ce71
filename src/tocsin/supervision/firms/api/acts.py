"""Acts of phones in batches that may come twice, photos, and their answers."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema

from tocsin.fieldwork.api import MOST_AT_ONCE, MOST_COUNTED, DeviceActIn, DeviceActsIn, DeviceActTakenOut, take
from tocsin.fieldwork.queries import Kept
from tocsin.supervision.inspections.rules.checklists import Answer
from tocsin.supervision.inspections.rules.findings import FindingGrade

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
    finding: UUID | None = Field(None, description="the id that the device gives a hidden danger")
    name: str = Field("", max_length=120, description="of the firm's person who signs or refuses on the inspector's phone")
    position: str = Field("", max_length=120)
    witness: str = Field("", max_length=120, description="who saw that nobody signs")
    strokes: str = Field("", max_length=12_000, description="the signature as the path of an SVG, within 300 by 100")
    object: UUID | None = Field(None, description="of a new inspection (`open`) or of the firm's own danger (`report_own`)")
    check_list: str = Field("", max_length=60)
    list_version: int | None = Field(None, ge=1, le=MOST_COUNTED)
    second: UUID | None = Field(None, description="the second inspector")


class ActIn(DeviceActIn):
    """An act as the device made it. The same id twice is one act."""

    subject: Subject
    subject_id: UUID
    data: ActDataIn | None = None


class ActsIn(DeviceActsIn, extra="forbid"):
    entries: list[ActIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class ActTakenOut(DeviceActTakenOut):
    """What became of one act upon a firm's tasks and findings."""

    verdict: str = Field(description="goes_on, stays, or a conflict")


def take_all(request: HttpRequest, given: ActsIn) -> list[ActTakenOut]:
    """Each act by itself, in the order in which it was sent."""
    return [_take(request, one) for one in given.entries]


def _take(request: HttpRequest, given: ActIn) -> ActTakenOut:
    taken = take(request, given.subject, given.subject_id, given, given.data)
    if taken.entry is None:
        return ActTakenOut(id=given.id, taken=False, verdict="", version=None, reason=taken.reason)
    return taken_out(taken.entry)


def taken_out(entry: Kept) -> ActTakenOut:
    """The answer to an act that was kept."""
    return ActTakenOut(id=entry.pk, taken=True, verdict=entry.verdict, version=entry.version, reason="")

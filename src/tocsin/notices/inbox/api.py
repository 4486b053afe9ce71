"""Notices for programs: one's own inbox, reading, signing, calls by hand."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.inbox import services as answering
from tocsin.notices.messages.queries import inbox as queries
from tocsin.notices.messages.shown import acted_on, describe_notice, headline_of, texts_of
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.slices import Slice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.notices.messages.models import Notice

router = Router()


class SendingOut(Schema):
    """One channel and address."""

    id: UUID
    channel: str
    channel_name: str
    address: str
    fate: str = Field(description=f"one of {', '.join(Fate)}")
    fate_name: str
    attempts: int
    is_repeat: bool = Field(description="sent again because what became of the first is uncertain")
    sent_at: datetime | None
    outcome: str


class NoticeOut(Schema):
    """One matter told to one body or person, with what became of it."""

    id: UUID
    case_id: UUID | None
    to: str
    why: str
    why_name: str
    purpose: str
    purpose_name: str
    level: int
    urgent: bool
    drill: bool
    fate: str
    fate_name: str
    written_at: datetime
    deadline: datetime = Field(description="until then it is tried, or dialled; then it goes upward")
    read_at: datetime | None
    signed_at: datetime | None
    signed_as: str
    untold: bool = Field(description="nobody could be told, and nobody has seen to it yet")
    sendings: list[SendingOut]


class InboxNoticeOut(NoticeOut):
    subject: str
    text: str
    address: str = Field(description="path of the page on which it is acted upon, empty where there is none but the case's")


class InboxFilter(Slice):
    state: Literal["waiting", "all"] = "waiting"


class NoticeCallIn(Schema):
    fate: Literal["delivered", "signed", "failed"] = Field(description="reached, accepted on the telephone, nobody answered")
    said_by: str = Field("", max_length=120)
    text: str = Field("", max_length=300)
    number: str = Field("", max_length=40, description="for a number that is not among the sendings")


class SeeToIn(Schema):
    text: str = Field(min_length=1, max_length=500)


@router.get("/notices", response=list[InboxNoticeOut])
def inbox(request: HttpRequest, wanted: Query[InboxFilter]) -> list[dict[str, Any]]:
    """What is told to you or to your organisation's desk, the newest first."""
    waiting = queries.inbox_of(request.user, now=current_time(), state=wanted.state)
    found = wanted.cut(waiting)
    return _whole(found)


@router.get("/notices/untold", response=list[InboxNoticeOut])
def untold(request: HttpRequest) -> list[dict[str, Any]]:
    """What nobody could be told and nobody has seen to, in the regions whose desk you keep."""
    return _whole(queries.untold(request.user)[:500])


@router.get("/notices/to-call", response=list[InboxNoticeOut])
def to_call(request: HttpRequest) -> list[dict[str, Any]]:
    """What waits for a person to dial, in the regions whose desk you keep, by their clocks."""
    return _whole(queries.to_call(request.user, machine_now=timezone.now())[:500])


@router.post("/notices/{notice_id}/read", response=NoticeOut)
def read(request: HttpRequest, notice_id: UUID) -> dict[str, Any]:
    """You have read it."""
    return describe_notice(answering.read_notice(actor=actor_of(request), notice_id=notice_id))


@router.post("/notices/{notice_id}/sign", response=NoticeOut)
def sign(request: HttpRequest, notice_id: UUID) -> dict[str, Any]:
    """You sign it; where it carries an order, for your unit."""
    return describe_notice(answering.sign_notice(actor=actor_of(request), notice_id=notice_id, channel="api"))


@router.post("/notices/{notice_id}/call", response=NoticeOut)
def call(request: HttpRequest, notice_id: UUID, given: NoticeCallIn) -> dict[str, Any]:
    """One line about a call that a person made."""
    made = answering.record_call(
        actor=actor_of(request),
        notice_id=notice_id,
        fate=Fate(given.fate),
        said_by=given.said_by,
        text=given.text,
        number=given.number,
        channel="api",
    )
    return describe_notice(made)


@router.post("/notices/{notice_id}/see-to", response=NoticeOut)
def see_to(request: HttpRequest, notice_id: UUID, given: SeeToIn) -> dict[str, Any]:
    """You see to it that somebody is told whom nobody could be reached for."""
    return describe_notice(answering.see_to(actor=actor_of(request), notice_id=notice_id, text=given.text))


def _whole(notices: "Iterable[Notice]") -> list[dict[str, Any]]:
    found = list(notices)
    texts = texts_of(found)
    return [
        {**describe_notice(one), "subject": headline_of(one), "text": texts[one.pk], "address": acted_on(one)} for one in found
    ]

"""Notices for programs: one's own inbox, reading, signing, calls by hand."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.inbox import services as answering
from tocsin.notices.inbox.shown import InboxNoticeOut, describe_inbox
from tocsin.notices.messages.queries import inbox as queries
from tocsin.notices.messages.shown import NoticeOut, describe_notice
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


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
def inbox(request: HttpRequest, wanted: Query[InboxFilter]) -> list[InboxNoticeOut]:
    """What is told to you or to your organisation's desk, the newest first."""
    waiting = queries.inbox_of(request.user, now=current_time(), state=wanted.state)
    found = wanted.cut(waiting)
    return describe_inbox(found, request.user)


@router.get("/notices/untold", response=list[InboxNoticeOut])
def untold(request: HttpRequest) -> list[InboxNoticeOut]:
    """What nobody could be told and nobody has seen to, in the regions whose desk you keep."""
    return describe_inbox(queries.untold(request.user)[:500], request.user)


@router.get("/notices/to-call", response=list[InboxNoticeOut])
def to_call(request: HttpRequest) -> list[InboxNoticeOut]:
    """What waits for a person to dial, in the regions whose desk you keep, by their clocks."""
    return describe_inbox(queries.to_call(request.user, machine_now=timezone.now())[:500], request.user)


@router.post("/notices/{notice_id}/read", response=NoticeOut)
def read(request: HttpRequest, notice_id: UUID) -> NoticeOut:
    """You have read it."""
    return describe_notice(answering.read_notice(actor=actor_of(request), notice_id=notice_id), request.user)


@router.post("/notices/{notice_id}/sign", response=NoticeOut)
def sign(request: HttpRequest, notice_id: UUID) -> NoticeOut:
    """You sign it; where it carries an order, for your unit."""
    return describe_notice(answering.sign_notice(actor=actor_of(request), notice_id=notice_id, channel="api"), request.user)


@router.post("/notices/{notice_id}/call", response=NoticeOut)
def call(request: HttpRequest, notice_id: UUID, given: NoticeCallIn) -> NoticeOut:
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
    return describe_notice(made, request.user)


@router.post("/notices/{notice_id}/see-to", response=NoticeOut)
def see_to(request: HttpRequest, notice_id: UUID, given: SeeToIn) -> NoticeOut:
    """You see to it that somebody is told whom nobody could be reached for."""
    return describe_notice(answering.see_to(actor=actor_of(request), notice_id=notice_id, text=given.text), request.user)

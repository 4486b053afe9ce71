"""Shifts and the lines of their logs as people and programs read them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.command.calls.shown import telephone_words
from tocsin.command.duty.shown.words import END_NAMES, ENTRY_NAMES, SHIFT_ACTS, STANDING_NAMES
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.command.shifts.policy import duty_policy
from tocsin.command.shifts.rules import EntryKind, ShiftEnd, standing_of
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import CALL_NAMES
from tocsin.screens.words import Words, in_language


class ShiftOut(Schema):
    id: UUID
    desk: str
    desk_id: UUID
    region_code: str
    officers: list[str]
    leader: str
    began_at: datetime
    ended_at: datetime | None
    standing: str = Field(description="running, due, unhanded (its time is over), or how it ended: handed_over, unhanded")
    standing_name: str
    end_reason: str
    signed_by: str
    signed_at: datetime | None
    signed_words: str
    digest: str = Field(description="of the lines of a signed log")


class LogEntryOut(Schema):
    id: UUID
    line: int
    at: datetime
    written_at: datetime
    by: str
    kind: str
    kind_name: str
    case: str | None
    said_by: str = Field(description="who said it on the telephone")
    telephone: str
    text: str
    sentence: str
    corrects: int | None = Field(description="the line that this one stands for")
    corrected_by: int | None


def describe_shift(shift: Shift, now: datetime) -> ShiftOut:
    """One shift, its officers and leader loaded; `standing` of `ShiftStanding`, or how it ended."""
    policy = duty_policy().desk
    if shift.ended_at is None:
        standing = standing_of(shift.began_at, now, longest=policy.longest, grace=policy.grace)
        name, words = standing.value, STANDING_NAMES[standing]
    else:
        name, words = shift.end, END_NAMES[ShiftEnd(shift.end)]
    return ShiftOut(
        id=shift.pk,
        desk=str(shift.desk),
        desk_id=shift.desk_id,
        region_code=shift.region_code,
        officers=[str(one) for one in shift.officers.all()],
        leader=str(shift.leader) if shift.leader else "",
        began_at=shift.began_at,
        ended_at=shift.ended_at,
        standing=name,
        standing_name=str(words),
        end_reason=shift.end_reason,
        signed_by=str(shift.signed_by) if shift.signed_by else "",
        signed_at=shift.signed_at,
        signed_words=shift.signed_words,
        digest=shift.digest,
    )


def describe_entry(entry: LogEntry) -> LogEntryOut:
    """One line of the log as a sentence; who said it, from which number, where it was said by telephone."""
    corrected = getattr(entry, "corrected_by", None)
    return LogEntryOut(
        id=entry.pk,
        line=entry.line,
        at=entry.at,
        written_at=entry.written_at,
        by=str(entry.by),
        kind=entry.kind,
        kind_name=str(ENTRY_NAMES[EntryKind(entry.kind)]),
        case=entry.case.number if entry.case else entry.gone_case or None,
        said_by=entry.figures.get("said_by", ""),
        telephone=entry.figures.get("telephone", ""),
        text=entry.text,
        sentence=_entry_sentence(entry),
        corrects=entry.corrects.line if entry.corrects else None,
        corrected_by=corrected.line if corrected else None,
    )


def _entry_sentence(entry: LogEntry) -> str:
    figures = entry.figures
    parts = []
    if entry.kind == EntryKind.SHIFT:
        words = Words({name: str(one) for name, one in figures.items()})
        parts.append(str(SHIFT_ACTS[figures["act"]]) % words)
    if figures.get("to"):
        came_of_it = CALL_NAMES.get(Fate(figures["fate"]), figures["fate"])
        parts.append(_("called %(body)s: %(fate)s") % {"body": in_language(figures["to"]), "fate": came_of_it})
    if figures.get("said_by"):
        parts.append(telephone_words(figures))
    parts.append(entry.text)
    return " · ".join(part for part in parts if part)

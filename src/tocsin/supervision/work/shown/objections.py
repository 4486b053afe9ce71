"""Objections to verdicts as people and programs read them."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext
from ninja import Field, Schema

from tocsin.supervision.work.shown.names import kind_name

if TYPE_CHECKING:
    from tocsin.supervision.work.models import WorkObjection


class ObjectionOut(Schema):
    """A firm says that a verdict on its work is wrong."""

    id: UUID
    object_id: UUID
    object: str
    episode_id: UUID | None
    day: date | None
    about: str
    text: str
    made_at: datetime
    made_by: str
    due_at: datetime
    upheld: bool | None = Field(description="none: it waits")
    answer: str
    decided_at: datetime | None
    decided_by: str


def describe_objection(row: "WorkObjection") -> ObjectionOut:
    """One objection; its object, episode and persons are loaded."""
    about = kind_name(row.episode.kind) if row.episode is not None else gettext("verdict on %(day)s") % {"day": row.day}
    return ObjectionOut(
        id=row.pk,
        object_id=row.object_id,
        object=row.object.name,
        episode_id=row.episode_id,
        day=row.day,
        about=about,
        text=row.text,
        made_at=row.made_at,
        made_by=str(row.made_by),
        due_at=row.due_at,
        upheld=row.upheld,
        answer=row.answer,
        decided_at=row.decided_at,
        decided_by=str(row.decided_by) if row.decided_by is not None else "",
    )

"""Absences that were found only after the shift, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from tocsin.screens.clock import current_time
from tocsin.supervision.posts.queries.absences import absences_of_a_day
from tocsin.supervision.posts.shown import describe_absence

router = Router()


class AbsenceOut(Schema):
    """Somebody was missing in a shift, and nobody was called. Never the name."""

    object_id: UUID
    object: str
    role: str
    role_name: str
    start_at: datetime
    end_at: datetime
    state: str
    state_name: str
    known_at: datetime


@router.get("/presence/afterwards", response=list[AbsenceOut])
def afterwards(request: HttpRequest) -> list[dict[str, Any]]:
    """Of the last day, in firms that you see on the duty wall, the newest first."""
    return [describe_absence(row) for row in absences_of_a_day(request.user, current_time())[:500]]

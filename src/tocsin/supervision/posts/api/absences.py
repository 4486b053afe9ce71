"""Absences that were found only after the shift, for programs."""

from django.http import HttpRequest
from ninja import Router

from tocsin.screens.clock import current_time
from tocsin.supervision.posts.queries.absences import absences_of_a_day
from tocsin.supervision.posts.shown.shifts import AbsenceOut, describe_absence

router = Router()


@router.get("/presence/afterwards", response=list[AbsenceOut])
def afterwards(request: HttpRequest) -> list[AbsenceOut]:
    """Of the last day, in firms that you see on the duty wall, the newest first."""
    return [describe_absence(row) for row in absences_of_a_day(request.user, current_time())[:500]]

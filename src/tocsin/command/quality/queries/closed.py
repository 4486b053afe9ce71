"""Cases that were closed in a time, and how they were judged in the end; no drill is among them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tocsin.command.casebook.models import Case, Outcome
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import OutcomeKind
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def real_cases(user: "Person", region_code: str) -> QuerySet[Case]:
    """Cases of the area that the user may see."""
    return scope(Case.objects.real(), user, rights.SEE).filter(region_code__startswith=governing_prefix(region_code))


def closed_cases(user: "Person", region_code: str, *, since: datetime, until: datetime) -> QuerySet[Case]:
    """Those that persons or the machine closed from `since` to before `until`."""
    return real_cases(user, region_code).filter(closed_at__gte=since, closed_at__lt=until)


def judged_as(kind: OutcomeKind) -> QuerySet[Outcome]:
    """Confirmed outcomes of that kind that stand."""
    return Outcome.objects.filter(kind=kind, refused=False, ended_at__isnull=True, confirmed_at__isnull=False)

"""Hidden dangers as the reader may see them: inspectors by area, firms their own."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope
from tocsin.supervision.inspections.models import Finding, FindingEntry, LegalDocument, Penalty
from tocsin.supervision.inspections.rules.findings import UNCLOSED, FindingState
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.models import Episode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import Person
    from tocsin.jurisdiction.rights.rules import Permission

UNCLOSED_STATES = [one.value for one in UNCLOSED]
STATES = ("unclosed", "overdue", "asked", "unserved", "own", *(one.value for one in FindingState))
CLOSED_ARE_SHOWN_FOR = timedelta(days=14)
EPISODES_BEFORE = timedelta(days=30)


def visible_findings(user: "Person") -> QuerySet[Finding]:
    """Findings in areas that the user may see, and of the user's own firm; those due first."""
    found = Finding.objects.select_related("object", "inspection", "found_by").order_by("due_on", "number")
    return rows_of_visible(found, user)


@dataclass(frozen=True)
class ClosedFinding:
    """A hidden danger that was closed: where, and from when to when it was open."""

    id: UUID
    region_code: str
    found_at: datetime
    closed_at: datetime


def findings_closed(
    user: "Person", permission: "Permission", *, region_code: str, since: datetime, until: datetime
) -> list[ClosedFinding]:
    """The hidden dangers that were closed there in that time, as far as the permission reaches; the newest first."""
    inside = Finding.objects.filter(region_code__startswith=governing_prefix(region_code))
    closed = scope(inside, user, permission).filter(closed_at__gte=since, closed_at__lt=until).order_by("-closed_at", "-id")
    rows = closed.values_list("pk", "region_code", "found_at", "closed_at")
    return [ClosedFinding(pk, region, found, ended) for pk, region, found, ended in rows if ended is not None]


def findings_by_id(identities: "Iterable[UUID]") -> dict[UUID, Finding]:
    """Those hidden dangers with their objects, whoever may see them."""
    return Finding.objects.select_related("object").in_bulk(list(identities))


def search_findings(
    user: "Person", *, now: datetime, state: str = "unclosed", grade: str = "", search: str = ""
) -> QuerySet[Finding]:
    """Of the visible ones those in a state (`overdue`: the firm is late; `asked`: an extension waits), of a grade, by text."""
    found = visible_findings(user)
    match state:
        case "unclosed":
            found = found.filter(state__in=UNCLOSED_STATES)
        case "overdue":
            found = found.filter(state=FindingState.OPEN.value, due_on__lt=timezone.localdate(now), unserved=False, own=False)
        case "asked":
            found = found.filter(Q(asked_until__isnull=False) | Q(accept_asked__isnull=False))
        case "unserved":
            found = found.filter(unserved=True, state__in=UNCLOSED_STATES)
        case "own":
            found = found.filter(own=True)
        case _:
            found = found.filter(state=state)
    if grade:
        found = found.filter(grade=grade)
    text = search.strip()
    wanted = (
        Q(object__name__icontains=text) | Q(object__code__icontains=text) | Q(number__icontains=text) | Q(text__icontains=text)
    )
    return found.filter(wanted) if text else found


def findings_of_firm(objects: list[SupervisedObject], *, now: datetime) -> QuerySet[Finding]:
    """What these objects have to rectify, and what was closed in the last days."""
    found = Finding.objects.filter(object__in=objects)
    shown = found.filter(Q(state__in=UNCLOSED_STATES) | Q(closed_at__gte=now - CLOSED_ARE_SHOWN_FOR))
    return shown.select_related("object", "inspection").prefetch_related("entries__actor").order_by("due_on", "number")


def findings_to_recheck(user: "Person") -> QuerySet[Finding]:
    """What firms say that they have rectified, in areas where the user inspects."""
    found = Finding.objects.filter(state=FindingState.RECTIFIED.value).select_related("object")
    return scope(found, user, rights.INSPECT).prefetch_related("entries__actor").order_by("rectified_at")


def entries_of(finding: Finding) -> QuerySet[FindingEntry]:
    """The steps of a finding, as they came."""
    return FindingEntry.objects.filter(finding=finding).select_related("actor")


def penalties_of(finding: Finding) -> QuerySet[Penalty]:
    """Penalties that came from this finding."""
    return Penalty.objects.filter(finding=finding).select_related("entered_by")


def documents_of(finding: Finding) -> QuerySet[LegalDocument]:
    """Legal papers of a finding, and those of its inspection that are about no other finding, oldest first."""
    wanted = Q(finding=finding)
    if finding.inspection_id is not None:
        wanted |= Q(inspection=finding.inspection_id, finding__isnull=True)
    return LegalDocument.objects.filter(wanted).order_by("at", "number")


def episodes_beside(finding: Finding) -> QuerySet[Episode]:
    """Episodes in the firm's work from a month before the finding until its closure."""
    episodes = Episode.objects.filter(object=finding.object_id, start_at__gte=finding.found_at - EPISODES_BEFORE)
    return episodes.filter(start_at__lte=finding.closed_at) if finding.closed_at else episodes


@dataclass(frozen=True)
class FindingFacts:
    """What the firm's file holds of a hidden danger: its grade, and the penalties with what they come to in whole yuan.

    `fine_yuan` None: nothing was decided yet.
    """

    id: UUID
    number: str
    is_major: bool
    closed: bool
    fine_yuan: int | None
    documents: tuple[str, ...]


def facts_of_findings(found: QuerySet[Finding]) -> list[FindingFacts]:
    """In the order of their numbers."""
    facts = []
    for one in found.prefetch_related("penalties").order_by("number"):
        decided = sorted(one.penalties.all(), key=lambda penalty: (penalty.decided_on, penalty.document_number))
        fine = int(sum(penalty.amount_yuan or 0 for penalty in decided)) if decided else None
        documents = tuple(penalty.document_number for penalty in decided)
        facts.append(FindingFacts(one.pk, one.number, one.grade == "major", one.closed_at is not None, fine, documents))
    return facts


def facts_of_inspection(inspection_id: UUID) -> list[FindingFacts]:
    """Of all that an inspection found."""
    return facts_of_findings(Finding.objects.filter(inspection=inspection_id))


def facts_of_number(number: str) -> FindingFacts | None:
    """Of the hidden danger of that number, or of the one for which the penalty of that document was decided."""
    wanted = Q(number=number) | Q(penalties__document_number=number)
    found = Finding.objects.filter(wanted).distinct() if number else Finding.objects.none()
    return next(iter(facts_of_findings(found)), None)


@dataclass(frozen=True)
class DangerStanding:
    """Whether a hidden danger is closed or withdrawn, when it was closed, and whether its firm was too late."""

    number: str
    ended: bool
    closed_at: datetime | None
    due_on: date
    rectified_at: datetime | None


def danger_standings(ids: "Iterable[UUID]") -> dict[UUID, DangerStanding]:
    """How hidden dangers stand, by their ids; one that is no more is left out."""
    return {
        one.pk: DangerStanding(one.number, one.state not in UNCLOSED_STATES, one.closed_at, one.due_on, one.rectified_at)
        for one in Finding.objects.filter(pk__in=set(ids))
    }


def finding_numbers(inspection_id: UUID) -> list[str]:
    """The numbers of what an inspection found, in their order."""
    return sorted(Finding.objects.filter(inspection=inspection_id).values_list("number", flat=True))

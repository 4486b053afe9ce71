"""What waits for people about hidden dangers and signs of gaming."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind, end_of_day
from tocsin.screens.words import listed
from tocsin.supervision.inspections.models import Draw, Finding, FindingEntry, GamingSign, Inspection
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.draws import draws_to_witness
from tocsin.supervision.inspections.queries.findings import UNCLOSED_STATES, findings_to_recheck
from tocsin.supervision.inspections.queries.inspections import UNFINISHED
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingState
from tocsin.supervision.inspections.rules.gaming import GamingKind, GamingState
from tocsin.supervision.inspections.rules.inspections import InspectionState
from tocsin.supervision.inspections.shown.draws import GAMING_NAMES
from tocsin.supervision.inspections.shown.inspections import STATE_NAMES
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.queries.tasks import own_objects

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def own_dangers(user: "Actor", _now: datetime) -> QuerySet[Finding]:
    """Hidden dangers that the user's own firm has to rectify."""
    found = Finding.objects.filter(object__in=own_objects(user), state=FindingState.OPEN.value, unserved=False)
    return found.select_related("object").order_by("due_on", "number")


def extensions_asked(user: "Actor", _now: datetime) -> QuerySet[Finding]:
    """Hidden dangers for which a firm asks for an extension, where the user decides."""
    found = Finding.objects.filter(asked_until__isnull=False, state__in=UNCLOSED_STATES).select_related("object")
    asked = FindingEntry.objects.filter(finding=OuterRef("pk"), act=FindingAct.ASK_EXTENSION.value).order_by("-version")
    found = found.annotate(asked_at=Subquery(asked.values("received_at")[:1]))
    return scope(found, user, rights.LEAD).order_by("due_on", "number")


def acceptances_asked(user: "Actor", _now: datetime) -> QuerySet[Finding]:
    """Hidden dangers whose risk a firm asks to be accepted, where the user decides."""
    found = Finding.objects.filter(accept_asked__isnull=False, state=FindingState.OPEN.value).select_related("object")
    asked = FindingEntry.objects.filter(finding=OuterRef("pk"), act=FindingAct.ASK_ACCEPTANCE.value).order_by("-version")
    found = found.annotate(asked_at=Subquery(asked.values("received_at")[:1]))
    return scope(found, user, rights.LEAD).order_by("due_on", "number")


def not_served(user: "Actor", now: datetime) -> QuerySet[Finding]:
    """Issued hidden dangers of which nobody at the firm has heard for too long, where the user inspects."""
    hours = timedelta(hours=inspection_policy().findings.unserved_hours)
    found = Finding.objects.filter(unserved=True, state=FindingState.OPEN.value, found_at__lt=now - hours)
    found = found.exclude(inspection__isnull=False, inspection__confirmed_at=None).select_related("object")
    return scope(found, user, rights.INSPECT).order_by("found_at")


def own_visits(user: "Actor", _now: datetime) -> QuerySet[Inspection]:
    """Visits that the user is one of the two inspectors of and that are not finished: those that an episode demands first, by
    their hour, then those due first.
    """
    mine = Inspection.objects.filter(Q(first_inspector=user) | Q(second_inspector=user), state__in=UNFINISHED)
    return mine.select_related("object").order_by(F("due_at").asc(nulls_last=True), "planned_for", "opened_at")


def to_recheck(user: "Actor", _now: datetime) -> QuerySet[Finding]:
    """What firms say that they have rectified, where the user inspects."""
    return findings_to_recheck(user).prefetch_related(None)


def signs_to_decide(user: "Actor", _now: datetime) -> QuerySet[GamingSign]:
    """Signs of gaming of which nobody has said what they are, where the user decides."""
    signs = GamingSign.objects.filter(state=GamingState.OPEN.value).select_related("object")
    return scope(signs, user, rights.LEAD, "object__region_code").order_by("at")


def _tell_own(finding: Finding) -> Waiting:
    about = listed(finding.number, finding.text, finding.object.name)
    return Waiting(about, f"{reverse('firm_phone')}#{finding.pk}", finding.found_at, end_of_day(finding.due_on))


def _tell_extension(finding: Finding) -> Waiting:
    since = getattr(finding, "asked_at", None) or finding.found_at
    return Waiting(_of(finding), reverse("finding", args=[finding.pk]), since, end_of_day(finding.due_on))


def _tell_recheck(finding: Finding) -> Waiting:
    return Waiting(_of(finding), reverse("finding", args=[finding.pk]), finding.rectified_at or finding.found_at)


def _tell_unserved(finding: Finding) -> Waiting:
    return Waiting(_of(finding), reverse("finding", args=[finding.pk]), finding.found_at)


def _tell_visit(visit: Inspection) -> Waiting:
    about = listed(visit.object.name, visit.number, str(STATE_NAMES[InspectionState(visit.state)]))
    due = visit.due_at or (end_of_day(visit.planned_for) if visit.planned_for else None)
    return Waiting(about, f"{reverse('inspector_phone')}#{visit.pk}", visit.opened_at, due)


def _tell_sign(sign: GamingSign) -> Waiting:
    about = listed(sign.object.name, str(GAMING_NAMES[GamingKind(sign.kind)]))
    return Waiting(about, reverse("gaming_signs"), sign.at)


def _of(finding: Finding) -> str:
    return listed(finding.object.name, finding.number, finding.text)


def _tell_draw(draw: Draw) -> Waiting:
    return Waiting(draw.name, reverse("draw", args=[draw.pk]), draw.made_at)


WAITING: Final = (
    WaitingKind(
        "draw",
        pgettext_lazy("what waits", "Random draw: witness it"),
        (rights.SEE,),
        found=draws_to_witness,
        tell=_tell_draw,
    ),
    WaitingKind(
        "firm_danger",
        pgettext_lazy("what waits", "Hidden danger to rectify"),
        (rights.OWN,),
        found=own_dangers,
        tell=_tell_own,
    ),
    WaitingKind(
        "extension",
        pgettext_lazy("what waits", "Extension asked for: answer"),
        (rights.LEAD,),
        found=extensions_asked,
        tell=_tell_extension,
    ),
    WaitingKind(
        "acceptance",
        pgettext_lazy("what waits", "Acceptance of a risk asked for: answer"),
        (rights.LEAD,),
        found=acceptances_asked,
        tell=_tell_extension,
    ),
    WaitingKind(
        "visit",
        pgettext_lazy("what waits", "Inspection to carry out or to sign"),
        (rights.INSPECT,),
        found=own_visits,
        tell=_tell_visit,
    ),
    WaitingKind(
        "unserved",
        pgettext_lazy("what waits", "Hidden danger to serve by hand"),
        (rights.INSPECT,),
        found=not_served,
        tell=_tell_unserved,
    ),
    WaitingKind(
        "recheck",
        pgettext_lazy("what waits", "Hidden danger to re-check"),
        (rights.INSPECT,),
        found=to_recheck,
        tell=_tell_recheck,
    ),
    WaitingKind(
        "gaming_sign",
        pgettext_lazy("what waits", "Sign of gaming: decide"),
        (rights.LEAD,),
        found=signs_to_decide,
        tell=_tell_sign,
    ),
)

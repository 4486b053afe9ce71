"""Organisations that a person may see, whom a matter concerns, and which desk stands above."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from tocsin.jurisdiction.areas import policy
from tocsin.jurisdiction.areas.rules import codes as rules
from tocsin.jurisdiction.areas.rules.hours import IsWorkingDay, WeekHours
from tocsin.jurisdiction.bodies import rules as duties
from tocsin.jurisdiction.bodies.models import Duty, Organisation
from tocsin.jurisdiction.rights.queries import Person, may, scope

_PRIVATE = (duties.Kind.OWNER.value, "enterprise")


def visible_organisations(user: Person) -> QuerySet[Organisation]:
    """Organisations where the user may see them, with their region loaded."""
    return scope(Organisation.objects.select_related("region"), user, "organisations.see", "region__code")


def organisation_by_code(code: str, region_code: str) -> Organisation | None:
    """The body of that code whose area governs `region_code`, the narrowest first."""
    found = Organisation.objects.filter(code=code).select_related("region")
    governing = [one for one in found if rules.governs(one.region_id, region_code)]
    return max(governing, key=lambda one: len(rules.governing_prefix(one.region_id)), default=None)


def nearest_authority(region_code: str) -> Organisation | None:
    """The public body nearest to a place, whatever it is called for: one of the area itself, a government before others, else the
    next level up, else the highest one that there is. None where no public body is known.
    """
    found = list(Organisation.objects.exclude(kind__in=_PRIVATE).select_related("region").order_by("region_id", "code"))
    governing = [one for one in found if rules.governs(one.region_id, region_code)]
    if governing:
        return max(governing, key=lambda one: (len(rules.governing_prefix(one.region_id)), one.kind == duties.Kind.GOVERNMENT))
    return min(found, key=lambda one: len(rules.governing_prefix(one.region_id)), default=None)


def bodies_with_duty(
    *,
    kind: str,
    lifeline: str = "",
    trade: str = "",
    region_code: str,
    at: datetime,
    is_working_day: IsWorkingDay | None = None,
) -> list[Organisation]:
    """The organisations that are called as `kind` (of `rules.duties.Kind`) for a subject at a place: the narrowest area first.

    With neither lifeline nor trade only those that are called for everything. See `rules.duties.bodies_with_duty`.
    """
    rows = Duty.objects.filter(
        kind=kind, lifeline__in={"", lifeline}, trade__in={"", trade}, area_code__in=duties.governing_codes(region_code)
    ).select_related("organisation__region")
    bodies = {row.organisation_id: row.organisation for row in rows}
    found = duties.bodies_with_duty(
        [_held(row) for row in rows],
        kind=kind,
        lifeline=lifeline,
        trade=trade,
        region_code=region_code,
        local=timezone.localtime(at),
        is_working_day=is_working_day or policy.is_working_day,
    )
    return [bodies[one] for one in found]


def next_desk(organisation: Organisation, *, beyond_level: bool = False) -> Organisation | None:
    """Upward to the next desk that answers day and night, inside the organisation's own level: see `rules.duties.next_desk`."""
    rows = Organisation.objects.filter(region_id__in=duties.governing_codes(organisation.region_id)).select_related("region")
    desks = {one.pk: one for one in rows.filter(has_desk=True)}  # not all: thousands of firms may stand in a county
    at, walked = organisation, {organisation.pk: organisation}
    while at.superior_id is not None and at.superior_id not in walked:
        superior = desks.get(at.superior_id) or rows.filter(pk=at.superior_id).first()
        if superior is None:
            break
        walked[superior.pk] = at = superior
    bodies = desks | walked
    known = {
        pk: duties.Body(id=pk, kind=one.kind, region_code=one.region_id, superior=one.superior_id, has_desk=one.has_desk)
        for pk, one in bodies.items()
    }
    found = duties.next_desk(known[organisation.pk], known, beyond_level=beyond_level)
    return bodies[found.id] if found else None


def _held(row: Duty) -> duties.DutyHeld:
    return duties.DutyHeld(
        body=row.organisation_id,
        kind=row.kind,
        lifeline=row.lifeline,
        trade=row.trade,
        area_code=row.area_code,
        hours=WeekHours.parse(row.hours),
        effective_from=row.effective_from,
        effective_to=row.effective_to,
    )


def may_plan(user: Person, organisation: Organisation) -> bool:
    """May the user change rosters, posts and contact points of this organisation?"""
    return may(user, "rosters.manage", organisation.region_id, (organisation.pk,))

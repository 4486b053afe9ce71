"""Organisations that a person may see, whom a matter concerns, and which desk stands above."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from tocsin.jurisdiction.areas import policy
from tocsin.jurisdiction.areas.rules import codes as rules
from tocsin.jurisdiction.areas.rules.hours import IsWorkingDay, WeekHours
from tocsin.jurisdiction.bodies import rules as duties
from tocsin.jurisdiction.bodies.models import Duty, Organisation
from tocsin.jurisdiction.rights.queries import Person, may, scope

if TYPE_CHECKING:
    from uuid import UUID

_PRIVATE = (duties.Kind.OWNER.value, "enterprise")


def visible_organisations(user: Person) -> QuerySet[Organisation]:
    """Organisations where the user may see them, with their region loaded."""
    return scope(Organisation.objects.select_related("region"), user, "organisations.see", "region__code")


def organisation_names(organisation_ids: "Collection[UUID]") -> "dict[UUID, str]":
    """By id what people call the body. One query."""
    return {one.pk: str(one) for one in Organisation.objects.filter(pk__in=organisation_ids)}


def organisation_by_code(code: str, region_code: str) -> Organisation | None:
    """The body of that code whose area governs `region_code`, the narrowest first."""
    return narrowest(Organisation.objects.filter(code=code).select_related("region"), region_code)


def organisations_by_code(codes: Collection[str]) -> dict[str, list[Organisation]]:
    """By code all bodies that carry it, wherever their areas are; `narrowest` chooses. One query."""
    found: dict[str, list[Organisation]] = defaultdict(list)
    for one in Organisation.objects.filter(code__in=codes).select_related("region") if codes else ():
        found[one.code].append(one)
    return found


def narrowest(bodies: Iterable[Organisation], region_code: str) -> Organisation | None:
    """Of these bodies the one whose area governs `region_code`, the narrowest first."""
    governing = [one for one in bodies if rules.governs(one.region_id, region_code)]
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


class DutyBook:
    """Duties of these kinds, for everything or for one of these trades, at these places: read by one query, asked as often as
    one likes.
    """

    def __init__(self, *, kinds: Collection[str], trades: Collection[str], region_codes: Iterable[str], at: datetime) -> None:
        codes = {code for one in set(region_codes) for code in duties.governing_codes(one)}
        rows = Duty.objects.filter(kind__in=kinds, lifeline="", trade__in={"", *trades}, area_code__in=codes)
        self._local = timezone.localtime(at)
        self._bodies: dict[UUID, Organisation] = {}
        self._held: dict[str, list[duties.DutyHeld]] = defaultdict(list)
        for row in rows.select_related("organisation__region"):
            self._bodies[row.organisation_id] = row.organisation
            self._held[row.area_code].append(_held(row))

    def bodies(self, *, kind: str, trade: str, region_code: str) -> list[Organisation]:
        """As `bodies_with_duty` of a trade answers."""
        held = [one for code in duties.governing_codes(region_code) for one in self._held.get(code, ())]
        found = duties.bodies_with_duty(
            held, kind=kind, trade=trade, region_code=region_code, local=self._local, is_working_day=policy.is_working_day
        )
        return [self._bodies[one] for one in found]


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

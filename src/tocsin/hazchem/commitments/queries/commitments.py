"""Who gives a commitment, which were given, which are missing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.hazchem.commitments.models import CommitmentReminder, SafetyCommitment
from tocsin.hazchem.commitments.policy import commitments, due_moment, is_due_day
from tocsin.hazchem.installations.models import PlantUnit
from tocsin.jurisdiction.face import may
from tocsin.supervision.face import SupervisedObject, key_people, rows_of_visible, shown_done, visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.rules.telling import OWN_FIRM, SUPERVISES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

type WhichDay = Literal["", "given", "late", "missing", "elsewhere", "differences"]

PRINCIPALS = ("principal", "hazard_principal")


@dataclass(frozen=True)
class DayRow:
    """A firm on a day: what it gave, or that a platform or its own word tells of it, or that it is missing or still due."""

    firm: SupervisedObject
    day: date
    given: SafetyCommitment | None
    elsewhere: bool
    firm_told_at: datetime | None
    supervisor_told_at: datetime | None
    state: str  # given, late, missing, elsewhere, due, not_asked


def that_commit(objects: "QuerySet[SupervisedObject]") -> "QuerySet[SupervisedObject]":
    """Of those firms and sites who gives a commitment: by trade, and whoever has a unit entered."""
    units = PlantUnit.objects.filter(active=True).values("object_id")
    asked = Q(trade__in=commitments().trades) | Q(pk__in=units)
    return objects.filter(asked, active=True, merged_into__isnull=True, kind__in=("enterprise", "site")).order_by("name", "pk")


def firms_that_commit(user: "Person", *, q: str = "", region: str = "") -> "QuerySet[SupervisedObject]":
    """Those the user sees, by a part of the name, and of a region and all below it."""
    found = that_commit(visible_objects(user))
    if q.strip():
        found = found.filter(Q(name__icontains=q.strip()) | Q(credit_code=q.strip()))
    return found.filter(region_code__startswith=region) if region else found


def visible_commitments(user: "Person") -> QuerySet[SafetyCommitment]:
    """Commitments of firms that the user sees."""
    return rows_of_visible(SafetyCommitment.objects.select_related("object", "signed_by"), user)


def commitment_of(firm_id: UUID, day: date) -> SafetyCommitment | None:
    """The one of that day that counts."""
    return SafetyCommitment.objects.filter(object=firm_id, day=day, current=True).select_related("object", "signed_by").first()


def rows_of_day(firms: "Collection[SupervisedObject]", day: date, *, now: datetime) -> list[DayRow]:
    """Each firm on a day. Three queries for all."""
    ids = {one.pk for one in firms}
    rows = SafetyCommitment.objects.filter(day=day, current=True, object__in=ids).select_related("object", "signed_by")
    given = {one.object_id: one for one in rows}
    told: dict[str, dict[UUID, datetime]] = defaultdict(dict)
    for firm_id, to, at in CommitmentReminder.objects.filter(day=day, object__in=ids).values_list("object_id", "to", "at"):
        told[to][firm_id] = at
    elsewhere = shown_done("commitment", ids, day)
    overdue, asked = now >= due_moment(day), is_due_day(day)
    return [
        DayRow(
            one,
            day,
            given.get(one.pk),
            one.pk in elsewhere and one.pk not in given,
            told[OWN_FIRM].get(one.pk),
            told[SUPERVISES].get(one.pk),
            _state(given.get(one.pk), one.pk in elsewhere, asked=asked, overdue=overdue),
        )
        for one in firms
    ]


def missing_on(day: date, firms: Iterable[UUID], *, now: datetime) -> set[UUID]:
    """Those of these firms whose commitment of the day is missing by now. Two queries for all, none before it is due."""
    if not is_due_day(day) or now < due_moment(day):
        return set()
    given = set(SafetyCommitment.objects.filter(day=day, current=True).order_by().values_list("object_id", flat=True))
    return set(firms) - given - shown_done("commitment", None, day)


def choose(rows: Iterable[DayRow], which: WhichDay) -> list[DayRow]:
    """Those of one state; `given` with the late ones, `differences` those that differ from what was seen."""
    match which:
        case "":
            return list(rows)
        case "given":
            return [one for one in rows if one.given is not None]
        case "differences":
            return [one for one in rows if one.given is not None and one.given.differences]
        case _:
            return [one for one in rows if one.state == which]


def may_sign(user: "Person", firm: SupervisedObject) -> bool:
    """Whether the user signs for the firm: one of its own people, and where the firm's principal has an account, that person."""
    own = {firm.organisation_id} - {None}
    return may(user, rights.OWN, firm.region_code, own) and _is_signer(user, firm)


def _is_signer(user: "Person", firm: SupervisedObject) -> bool:
    accounts = {one.user_id for one in key_people(firm.pk, PRINCIPALS) if one.user_id is not None}
    return not accounts or user.pk in accounts


def principal_names(firm_id: UUID) -> list[str]:
    """The firm's principals by name: that of the major hazard before that of the firm."""
    people = sorted(key_people(firm_id, PRINCIPALS), key=lambda one: (one.role != "hazard_principal", one.name))
    return list(dict.fromkeys(one.name for one in people))


def _state(given: SafetyCommitment | None, elsewhere: bool, *, asked: bool, overdue: bool) -> str:
    if given is not None:
        return "late" if given.late else "given"
    if elsewhere:
        return "elsewhere"
    if not asked:
        return "not_asked"
    return "missing" if overdue else "due"

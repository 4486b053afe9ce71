"""What an inspector's phone keeps to begin an inspection without a network: objects with their lists, and colleagues."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from tocsin.jurisdiction.face import people_who_may, scope
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.checklists import newest_lists
from tocsin.supervision.inspections.rules.checklists import Fit, best_list
from tocsin.supervision.objects.models import CodeIssue, SupervisedObject
from tocsin.supervision.objects.queries.register import with_colour
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import CodeColour

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import User

WORST_FIRST = (CodeColour.RED, CodeColour.YELLOW, CodeColour.GREY, CodeColour.BLUE, CodeColour.GREEN)


@dataclass(frozen=True)
class ObjectToInspect:
    """An object that an inspector may come to. `check_list`: the code of the list that fits it best; empty: none does."""

    id: UUID
    code: str
    name: str
    region_code: str
    colour: str
    check_list: str
    sign_id: UUID | None  # of the sign that counts: what a scan of it names


def objects_to_inspect(user: "User") -> list[ObjectToInspect]:
    """Objects that the user may inspect, those with the worst code first, each with the list that fits it best."""
    rows: QuerySet[Any] = with_colour(SupervisedObject.objects.filter(active=True, merged_into__isnull=True))
    rows = scope(rows, user, rights.INSPECT)
    if user.organisation_id is not None:
        rows = rows.exclude(organisation_id=user.organisation_id)
    order = Case(
        *(When(colour=colour.value, then=Value(place)) for place, colour in enumerate(WORST_FIRST)),
        When(Q(colour__isnull=True), then=Value(WORST_FIRST.index(CodeColour.GREY))),
        default=Value(len(WORST_FIRST)),
        output_field=IntegerField(),
    )
    signs = CodeIssue.objects.filter(object=OuterRef("pk"), withdrawn_at__isnull=True)
    rows = rows.annotate(sign_id=Subquery(signs.values("pk")[:1]))
    lists = [Fit(one.code, tuple(one.trades), tuple(one.kinds)) for one in newest_lists().values()]
    chosen = rows.order_by(order, "name", "pk").values("id", "code", "name", "region_code", "colour", "trade", "kind", "sign_id")
    return [
        ObjectToInspect(
            id=one["id"],
            code=one["code"],
            name=one["name"],
            region_code=one["region_code"],
            colour=one["colour"] or CodeColour.GREY.value,
            check_list=best_list(lists, one["trade"], one["kind"]) or "",
            sign_id=one["sign_id"],
        )
        for one in chosen[: inspection_policy().phone.objects]
    ]


def colleagues_for(user: "User", objects: "Iterable[ObjectToInspect]") -> "list[User]":
    """Who else may inspect one of these objects."""
    regions = {one.region_code for one in objects}
    found = {one.pk: one for region in regions for one in people_who_may(rights.INSPECT, region)}
    found.pop(user.pk, None)
    return sorted(found.values(), key=str)

"""Public warnings as the reader may see them, and those that everybody may."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from django.db.models import Count, Q, QuerySet
from shapely import Point, union_all

from tocsin.atlas.face import region_shapes, town_shapes
from tocsin.base.decoding import convert
from tocsin.jurisdiction.areas.rules.codes import TOWN_DIGITS
from tocsin.jurisdiction.face import may, names_of_towns, scope
from tocsin.mobilisation.public_warnings.models import PublicWarning, WarningDelivery
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.rules.outlets import OUTLET
from tocsin.mobilisation.public_warnings.rules.places import Place, Units
from tocsin.mobilisation.public_warnings.rules.states import (
    FROZEN,
    ISSUE,
    SEE,
    IssueVerdict,
    WarningState,
    content_hash,
    judge_issue,
    needs_two,
)

if TYPE_CHECKING:
    from uuid import UUID

    from shapely import MultiPolygon, Polygon

    from tocsin.jurisdiction.face import Person

WHEN = ("now", "drafts", "past", "all")
_MAPPED = 200
_FROM_ONE_THING = 100
_DRAFTS = (WarningState.DRAFT, WarningState.ASKED)


def visible_warnings(user: "Person") -> QuerySet[PublicWarning]:
    """Those of the user's regions, drafts among them, without their bytes."""
    rows = PublicWarning.objects.select_related("organisation", "author", "issued_by", "earlier").defer("cap")
    return scope(rows, user, SEE)


def search_warnings(user: "Person", *, when: str = "all", kind: str = "", level: str = "") -> QuerySet[PublicWarning]:
    """Visible ones; `when`: one of WHEN."""
    found = visible_warnings(user)
    match when:
        case "now":
            found = found.filter(state=WarningState.ISSUED)
        case "drafts":
            found = found.filter(state__in=_DRAFTS)
        case "past":
            found = found.exclude(state__in=(WarningState.ISSUED, *_DRAFTS))
    if kind:
        found = found.filter(kind=kind)
    return found.filter(level=level) if level else found


def public_warnings() -> QuerySet[PublicWarning]:
    """What everybody may read: issued, and no exercise. The newest first."""
    return PublicWarning.objects.filter(state__in=FROZEN, exercise=False).order_by("-issued_at", "-id")


def standing_warnings(now: datetime) -> QuerySet[PublicWarning]:
    """Of those the ones that hold now. A cancel holds nothing."""
    return public_warnings().filter(state=WarningState.ISSUED, expires_at__gt=now).exclude(msg_type="Cancel")


def warnings_on_map(user: "Person", now: datetime) -> tuple[list[PublicWarning], list[PublicWarning]]:
    """Those that hold now: of the user's regions, exercises among them; and, of others, what everybody may read."""
    running = search_warnings(user, when="now").filter(expires_at__gt=now).exclude(msg_type="Cancel")
    own = list(running[:_MAPPED])
    others = standing_warnings(now).defer("cap").exclude(pk__in=[one.pk for one in own])[:_MAPPED]
    return own, list(others)


def warnings_from(user: "Person", kind: str, ids: "Iterable[UUID]") -> list[PublicWarning]:
    """Visible ones that were drafted from these things, with what follows them, the oldest first."""
    rows = visible_warnings(user).filter(source_kind=kind, source_id__in=list(ids)).order_by("created_at", "id")
    return list(rows[:_FROM_ONE_THING])


def told_and_read(ids: "Iterable[UUID]") -> dict["UUID", tuple[int, int]]:
    """Of each warning with somebody to tell: how many have a row, and how many have read it. Screens read nothing."""
    rows = WarningDelivery.objects.filter(warning__in=list(ids)).exclude(channel=OUTLET).order_by().values_list("warning")
    counted = rows.annotate(told=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False)))
    return {warning: (told, read) for warning, told, read in counted}


def chain_of(warning: PublicWarning) -> list[PublicWarning]:
    """The warnings before it, the oldest first."""
    found: list[PublicWarning] = []
    earlier = warning.earlier
    while earlier is not None and len(found) < 100:
        found.insert(0, earlier)
        earlier = earlier.earlier
    return found


def issue_verdict(user: "Person", warning: PublicWarning) -> IssueVerdict:
    """Whether the user may issue it now."""
    return judge_issue(
        state=warning.state,
        two=by_two(warning),
        is_author=warning.author_id == user.pk,
        may_issue=may(user, ISSUE, warning.region_code),
    )


def by_two(warning: PublicWarning) -> bool:
    """Whether it takes two persons: by its level, or by that of the warning which it replaces or cancels."""
    policy = warning_policy(warning.region_code)
    levels = {warning.level, *([warning.earlier.level] if warning.earlier is not None else [])}
    return needs_two(levels=levels, two_persons=policy.all_clear_by_two if warning.msg_type == "Cancel" else policy.two_persons)


def seen_hash(warning: PublicWarning) -> str:
    """By which what a person read of a draft is compared with what is signed."""
    names = ("kind", "level", "exercise", "msg_type", "texts", "places", "onset_at", "expires_at", "earlier_id")
    return content_hash({name: getattr(warning, name) for name in names})


def places_of(warning: PublicWarning) -> list[Place]:
    """Where it holds, typed."""
    return convert(warning.places, list[Place])


def as_rows(places: Iterable[Place]) -> list[dict[str, object]]:
    """Places as they are kept."""
    rows: list[dict[str, object]] = msgspec.to_builtins(list(places))
    return rows


@cache
def _shapes() -> "dict[str, Polygon | MultiPolygon]":
    return region_shapes()


@cache
def _provinces() -> "dict[str, Polygon | MultiPolygon]":
    codes = {f"{code[:2]}0000" for code in _shapes()}
    return {code: union_all([shape for one, shape in _shapes().items() if one[:2] == code[:2]]) for code in codes}


def shape_of_unit(code: str) -> "Polygon | MultiPolygon | None":
    """The border of a county, city or the province by code, of a town where a department delivers it; else None."""
    if len(code) == TOWN_DIGITS:
        return town_shapes(code[:6]).get(code)
    return _shapes().get(code) or _provinces().get(code)


def map_bounds(code: str) -> str:
    """West, south, east and north of a unit, as a map that has no area to show takes them; empty for one that is not known."""
    shape = shape_of_unit(code)
    return ",".join(f"{one:.4f}" for one in shape.bounds) if shape is not None else ""


def undrawn_towns(warning: PublicWarning) -> list[str]:
    """The codes of its towns that no map can show, in order."""
    codes = [code for place in places_of(warning) if isinstance(place, Units) for code in place.codes]
    return [code for code in codes if len(code) == TOWN_DIGITS and shape_of_unit(code) is None]


def towns_without_border(warning: PublicWarning) -> list[str]:
    """Their names."""
    codes = undrawn_towns(warning)
    names = names_of_towns(codes)
    return [names.get(code, code) for code in codes]


def county_at(lat: float, lon: float) -> str:
    """The code of the county in which a place lies; empty for none that is known."""
    spot = Point(lon, lat)
    return next((code for code, shape in county_shapes().items() if shape.covers(spot)), "")


def county_shapes() -> "dict[str, Polygon | MultiPolygon]":
    """Borders of counties by code."""
    return {code: shape for code, shape in _shapes().items() if not code.endswith("00")}

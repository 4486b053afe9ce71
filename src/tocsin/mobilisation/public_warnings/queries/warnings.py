"""Public warnings as the reader may see them, and those that everybody may."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from django.db.models import QuerySet

from tocsin.atlas.face import region_shapes
from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.rules.places import Place
from tocsin.mobilisation.public_warnings.rules.states import FROZEN, SEE, WarningState

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon

    from tocsin.jurisdiction.face import Person

WHEN = ("now", "drafts", "past", "all")
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


def chain_of(warning: PublicWarning) -> list[PublicWarning]:
    """The warnings before it, the oldest first."""
    found: list[PublicWarning] = []
    earlier = warning.earlier
    while earlier is not None and len(found) < 100:
        found.insert(0, earlier)
        earlier = earlier.earlier
    return found


def places_of(warning: PublicWarning) -> list[Place]:
    """Where it holds, typed."""
    return msgspec.convert(warning.places, list[Place])


def as_rows(places: Iterable[Place]) -> list[dict[str, object]]:
    """Places as they are kept."""
    rows: list[dict[str, object]] = msgspec.to_builtins(list(places))
    return rows


@cache
def _shapes() -> "dict[str, Polygon | MultiPolygon]":
    return region_shapes()


def shape_of_unit(code: str) -> "Polygon | MultiPolygon | None":
    """The border of a county or city by code; None for a town, whose border is not known."""
    return _shapes().get(code)


def county_shapes() -> "dict[str, Polygon | MultiPolygon]":
    """Borders of counties by code."""
    return {code: shape for code, shape in _shapes().items() if not code.endswith("00")}

"""Dynamic risks as the reader may see them, and the areas they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from django.db.models import Q, QuerySet

from tocsin.engine.dynamic_risk import Floats, bands_of, judge_areas
from tocsin.hazchem.prevention.models import AreaRisk, DynamicRisk, DynamicRiskStep
from tocsin.hazchem.prevention.policy.dynamic_risk import DynamicRiskPolicy, dynamic_risk
from tocsin.hazchem.prevention.rules.dynamic import COLOURS
from tocsin.jurisdiction.face import scope
from tocsin.supervision.face import rows_of_visible
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Person

type WhichDynamic = Literal["", "red", "orange", "yellow", "blue"]

MOST_PLACED: Final = 5000
TREND_DAYS: Final = 30


@dataclass(frozen=True)
class AreaStanding:
    """An area now: how many firms it has by colour, and the value they make."""

    code: str
    value: float
    colour: str
    firms: int
    red: int
    orange: int


def visible_risks(user: "Person") -> QuerySet[DynamicRisk]:
    """Dynamic risks of firms that the user sees, and of their units, the greatest first."""
    return rows_of_visible(DynamicRisk.objects.select_related("object", "unit"), user).order_by("-value", "pk")


def search_risks(
    user: "Person", *, q: str = "", which: WhichDynamic = "", area: str = "", units: bool = False
) -> QuerySet[DynamicRisk]:
    """Of firms, or of units: by a part of the name, by colour, of an area by the beginning of its code."""
    found = visible_risks(user).filter(unit__isnull=not units)
    if text := q.strip():
        found = found.filter(Q(object__name__icontains=text) | Q(unit__name__icontains=text))
    if which:
        found = found.filter(colour=which)
    if area:
        found = found.filter(Q(region_code__startswith=area) | Q(town_code__startswith=area))
    return found


def risk_of_firm(user: "Person", firm_id: "UUID") -> DynamicRisk:
    """That of a whole firm; DynamicRisk.DoesNotExist where the firm isn't visible or isn't judged."""
    return visible_risks(user).get(object=firm_id, unit=None)


def risks_of_units(user: "Person", firm_id: "UUID") -> QuerySet[DynamicRisk]:
    """Those of a firm's units."""
    return visible_risks(user).filter(object=firm_id, unit__isnull=False)


def placed_risks(user: "Person") -> QuerySet[DynamicRisk]:
    """Those of units that have a place, as many as a map draws."""
    return visible_risks(user).filter(unit__lon__isnull=False, unit__lat__isnull=False)[:MOST_PLACED]


def steps_since(risk: DynamicRisk, since: date) -> QuerySet[DynamicRiskStep]:
    """The history of one from a day on, oldest first."""
    return risk.steps.filter(at__date__gte=since).order_by("at", "pk")


def areas_now(user: "Person", *, towns: bool = False) -> list[AreaStanding]:
    """Counties, or streets and parks, of the firms that the user sees, the greatest risk first."""
    policy = dynamic_risk()
    field = "town_code" if towns else "region_code"
    rows = list(visible_risks(user).filter(unit=None).exclude(**{field: ""}).order_by().values_list(field, "value", "colour"))
    codes = sorted({code for code, _value, _colour in rows})
    number = {code: at for at, code in enumerate(codes)}
    area = np.array([number[code] for code, _value, _colour in rows], dtype=np.int64)
    value = np.array([one for _code, one, _colour in rows], dtype=np.float64)
    values = judge_areas(value, area, len(codes), head=policy.areas.head, top=policy.areas.top)
    bands = bands_of(values, limits_of(policy))
    found = [
        AreaStanding(code, round(float(values[at]), 1), COLOURS[bands[at]], *_counted([c for k, _v, c in rows if k == code]))
        for at, code in enumerate(codes)
    ]
    return sorted(found, key=lambda one: (-one.value, one.code))


def trend_of_area(user: "Person", code: str, today: date) -> Sequence[AreaRisk]:
    """The greatest risk of each of the last days of an area, oldest first, where the user sees supervision's areas."""
    rows = AreaRisk.objects.filter(code=code, day__gt=today - timedelta(days=TREND_DAYS))
    return list(scope(rows, user, rights.SEE).order_by("day"))


def limits_of(policy: DynamicRiskPolicy) -> Floats:
    """From which value on a risk is yellow, orange, red."""
    return np.array([policy.limits.yellow, policy.limits.orange, policy.limits.red])


def _counted(colours: list[str]) -> tuple[int, int, int]:
    return len(colours), colours.count("red"), colours.count("orange")

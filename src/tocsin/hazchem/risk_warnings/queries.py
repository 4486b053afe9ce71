"""Risk warnings as the reader may see them, and who stands for each tier."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from tocsin.hazchem.risk_warnings.models import RiskTelling, RiskWarning
from tocsin.hazchem.risk_warnings.rules import UNANSWERED, Facts, RiskState, RiskTier, Told
from tocsin.jurisdiction.face import may
from tocsin.supervision.face import department_of, rows_of_visible, supervisor_of
from tocsin.supervision.objects.rules import rights
from tocsin.warning.alarms.rules.states import ACTIVE
from tocsin.warning.face import Alarm

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, Person
    from tocsin.supervision.face import SupervisedObject

type Which = Literal["open", "unanswered", "to_check", "overdue", "closed", "all"]
WHICH: Final = ("open", "unanswered", "to_check", "overdue", "closed", "all")
_LOADED: Final = ("object__organisation__superior", "object__competent", "unit", "confirmed_by", "closed_by")


class ActiveAlarm(NamedTuple):
    """An alarm of a sensor whose condition holds, and that nothing sets aside."""

    id: UUID
    sensor_id: UUID
    level: int
    region_code: str


def active_alarms() -> list[ActiveAlarm]:
    """All of them, whoever may see them, news from the past left out. One query."""
    rows = Alarm.objects.open().filter(state__in=ACTIVE, late=False, sensor_id__isnull=False).order_by("id")
    return [ActiveAlarm(*one) for one in rows.values_list("pk", "sensor_id", "level", "region_code")]


def visible_warnings(user: "Person") -> QuerySet[RiskWarning]:
    """Warnings of firms in the areas whose register the user may see, and of the user's own firm."""
    return rows_of_visible(RiskWarning.objects.select_related(*_LOADED), user)


def search_warnings(
    user: "Person", *, now: datetime, which: Which = "open", level: int | None = None, q: str = ""
) -> QuerySet[RiskWarning]:
    """Visible warnings, open ones with the gravest first. `overdue`: a silence is over, and nobody has done what is waited for;
    `level`: at least this one; `q`: a part of the unit's or the firm's name.
    """
    found = visible_warnings(user).annotate(alarm_count=Count("alarms"))
    match which:
        case "open":
            found = found.exclude(state=RiskState.CLOSED)
        case "unanswered":
            found = found.filter(state__in=UNANSWERED)
        case "to_check":
            found = found.filter(state=RiskState.ANSWERED)
        case "overdue":
            found = found.exclude(state=RiskState.CLOSED).exclude(fired=[])
        case "closed":
            found = found.filter(state=RiskState.CLOSED)
    if level is not None:
        found = found.filter(level__gte=level)
    if q.strip():
        found = found.filter(unit__name__icontains=q.strip()) | found.filter(object__name__icontains=q.strip())
    return found.order_by(F("closed_at").desc(nulls_first=True), "-level", "-opened_at", "pk")


def tier_bodies(firm: "SupervisedObject", at: datetime) -> "dict[RiskTier, Organisation]":
    """Who stands for each tier: the firm's own body, its superior (the park), whoever supervises it in the county, city and
    province. A body stands for the lowest of its tiers alone; a tier without a body is left out.
    """
    own = firm.organisation
    province, city = f"{firm.region_code[:2]}0000", f"{firm.region_code[:4]}00"
    asked = {
        RiskTier.FIRM: own,
        RiskTier.PARK: own.superior if own is not None else None,
        RiskTier.COUNTY: supervisor_of(firm, at),
        RiskTier.CITY: department_of(firm.trade, city, at),
        RiskTier.PROVINCE: department_of(firm.trade, province, at),
    }
    found: dict[RiskTier, Organisation] = {}
    for tier, body in asked.items():
        if body is not None and body.pk not in {one.pk for one in found.values()}:
            found[tier] = body
    return found


def facts_of(warning: RiskWarning, tellings: Iterable[RiskTelling], present: Iterable[RiskTier]) -> Facts:
    """How a warning stands at its level, as the rules take it."""
    told = {RiskTier(one.tier): Told(one.told_at, one.taken_at is not None) for one in tellings if one.level == warning.level}
    return Facts(
        RiskState(warning.state), warning.pushed_at, warning.asked_at, warning.answered_at, set(present), told, warning.fired
    )


def may_answer(user: "Person", warning: RiskWarning) -> bool:
    """Whether the user answers for the firm."""
    return may(user, rights.OWN, warning.region_code, {warning.object.organisation_id} - {None})


def may_check(user: "Person", warning: RiskWarning) -> bool:
    """Whether the user checks what the firm answered."""
    return may(user, rights.LEAD, warning.region_code)


def active_members(warning: RiskWarning) -> int:
    """How many alarms of a warning still hold, set aside or not."""
    members = list(warning.alarms.values_list("alarm_id", flat=True))
    holds = [one.value for one in ACTIVE]
    return Alarm.objects.filter(Q(state__in=holds) | Q(beneath__in=holds), pk__in=members).count()


def to_answer(user: "Person", _now: datetime) -> QuerySet[RiskWarning]:
    """Warnings that the user's own firm has not answered."""
    rows = RiskWarning.objects.filter(state__in=UNANSWERED).select_related(*_LOADED)
    return rows_of_visible(rows, user, permissions=(rights.OWN,)).order_by("-level", "asked_at", "pk")


def to_check(user: "Person", _now: datetime) -> QuerySet[RiskWarning]:
    """Answers that the user checks."""
    rows = RiskWarning.objects.filter(state=RiskState.ANSWERED).select_related(*_LOADED)
    return rows_of_visible(rows, user, permissions=(rights.LEAD,)).order_by("-level", "answered_at", "pk")

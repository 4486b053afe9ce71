"""The phone page of those who check: its row, its sentences, and a check as it shows it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.fieldwork.shown import Phone, common_texts
from tocsin.hazchem.installations.shown.places import PhonePlantUnitOut, place_texts
from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.rules.field import RiskCheckVerdict
from tocsin.hazchem.prevention.shown.ledger import CheckResultOut, describe_check, describe_result
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.hazchem.prevention.models import CheckResult, CheckTask

LAST: Final = 5
_BEHIND: Final = gettext_lazy("Somebody had made this check on that day: it is kept and does nothing.")


class PhoneCheckOut(Schema):
    """A check as the phone of who makes it needs it."""

    id: UUID
    version: int
    text: str
    measure: str
    event: str
    unit: str
    firm: str
    period_name: str
    due_on: date
    overdue: bool
    done_today: bool
    unit_id: UUID | None = Field(description="the unit of the plant at which it is made; null: any of the firm's")
    place: str = Field(description="its name, else the firm's")
    place_demanded: bool = Field(description="whether it is taken with the scanned code of the place alone")
    results: list[CheckResultOut] = Field(description="the last five, newest first")


class CheckPhoneOut(Schema):
    """The page of somebody who checks."""

    now: datetime
    person_id: str
    person: str
    checks: list[PhoneCheckOut]
    units: list[PhonePlantUnitOut] = Field(description="of the firms of these checks")


def describe_phone_check(task: "CheckTask", results: "Sequence[CheckResult]", now: datetime) -> PhoneCheckOut:
    """A check with what was found there last, newest first."""
    whole, event = describe_check(task, now), task.measure.event
    plant_unit = event.unit.plant_unit
    plain = ("id", "text", "measure", "event", "unit", "firm", "period_name", "due_on", "overdue")
    return PhoneCheckOut(
        **{name: getattr(whole, name) for name in plain},
        version=task.version,
        done_today=bool(results) and results[0].done_on == timezone.localdate(now),
        unit_id=plant_unit.pk if plant_unit is not None else None,
        place=plant_unit.name if plant_unit is not None else task.object.name,
        place_demanded=event.colour in prevention().checks.place_demanded,
        results=[describe_result(one) for one in results[:LAST]],
    )


def conflict_of(verdict: str) -> str:
    """Why an entry does nothing; empty where it counts."""
    return str(_BEHIND) if verdict == RiskCheckVerdict.BEHIND else ""


def check_phone_texts() -> dict[str, str]:
    """Sentences of the page."""
    return {
        **common_texts(),
        **place_texts(),
        "no_checks": pgettext("check", "No check is yours."),
        "all_checks": pgettext("check", "All checks"),
        "due": pgettext("check", "due {day}"),
        "overdue": pgettext("check", "overdue"),
        "done_today": pgettext("check", "checked today"),
        "measure": _("Measure"),
        "event": pgettext("risk ledger", "Event"),
        "in_order": pgettext("check", "In order"),
        "not_in_order": pgettext("check", "Not in order"),
        "what_is_wrong": _("Say what is not in order."),
        "grade": _("Grade of the hidden danger"),
        "ordinary": pgettext("finding", "ordinary"),
        "major": pgettext("finding", "major"),
    }


CHECK_PHONE = Phone(
    "prevention",
    pgettext_lazy("phone page", "Checks on site"),
    rights.OWN,
    gettext_lazy("Your roles do not open this page."),
    "/api/v1/hazchem/",
    check_phone_texts,
)

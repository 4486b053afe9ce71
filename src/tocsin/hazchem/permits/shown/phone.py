"""The phone page of those on site: its row, its sentences, and a permit as it shows it."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.fieldwork.shown import Phone, common_texts
from tocsin.hazchem.installations.shown.places import PhonePlantUnitOut, place_texts
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import asked_of, may_be_closed, named_in, row_of
from tocsin.hazchem.permits.rules.field import DONE_BY, PermitFieldAct
from tocsin.hazchem.permits.rules.kinds import OVER, PermitState, SigningRole
from tocsin.hazchem.permits.shown import names
from tocsin.hazchem.permits.shown.entries import PermitFieldEntryOut
from tocsin.hazchem.permits.shown.permits import PermitGasTestOut, PermitLackOut, PermitMeasureOut, describe_whole
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.jurisdiction.face import User


class PermitAskedToxicOut(Schema):
    """A toxic substance that a test must measure, with its limit in mg/m³."""

    code: str
    name: str
    limit: float


class PhonePermitOut(Schema):
    """A permit as the phone of somebody who is named in it needs it."""

    id: UUID
    version: int
    number: str
    kind_name: str
    grade_name: str
    firm: str
    work: str
    place: str
    hazards: str
    begins_at: datetime
    ends_at: datetime
    state: str
    state_name: str
    over: bool
    roles: list[str] = Field(description="as what you are named")
    acts: list[str] = Field(description="what you may enter now: codes of acts")
    lacks: list[PermitLackOut]
    measures: list[PermitMeasureOut]
    asks_flammable: bool
    asks_oxygen: bool
    asks_toxics: list[PermitAskedToxicOut]
    tests: list[PermitGasTestOut] = Field(description="the last three")
    stopped_by_alarm: bool
    unit_id: UUID | None
    unit: str = Field(description="the unit at which the work is; empty: the firm as a whole")
    place_demanded: list[str] = Field(description="codes of acts that are taken with the scanned code of the place alone")
    watcher: str
    approver: str
    entries: list[PermitFieldEntryOut] = Field(description="the last 30")


class PermitPhoneOut(Schema):
    """The page of somebody on site."""

    now: datetime
    person_id: str
    person: str
    permits: list[PhonePermitOut]
    units: list[PhonePlantUnitOut] = Field(description="of the firms of these permits")


def describe_phone_permit(permit: "WorkPermit", user: "User", now: datetime) -> PhonePermitOut:
    """A permit with what this person does there."""
    whole = describe_whole(permit, now)
    mine = [role for role, person in named_in(permit).items() if person == user.pk]
    asked = asked_of(permit)
    toxics = [one for one in permit_policy().toxic if one.code in asked.toxics]
    plain = ("id", "number", "kind_name", "grade_name", "firm", "work", "place", "hazards", "begins_at", "ends_at", "state")
    return PhonePermitOut(
        **{name: getattr(whole, name) for name in (*plain, "state_name", "lacks", "measures", "watcher", "approver")},
        version=permit.version,
        over=permit.state in OVER,
        roles=[str(names.ROLE_NAMES[one]) for one in mine],
        acts=[act.value for act in PermitFieldAct if _possible(permit, act, {*mine} & {*DONE_BY[act]})],
        asks_flammable=asked.lel_percent is not None,
        asks_oxygen=asked.oxygen,
        asks_toxics=[PermitAskedToxicOut(code=one.code, name=names.in_words(one), limit=one.limit) for one in toxics],
        tests=whole.tests[:3],
        stopped_by_alarm=permit.state == PermitState.STOPPED and permit.stopping_alarm_id is not None,
        unit_id=permit.unit_id,
        unit=permit.unit.name if permit.unit else "",
        place_demanded=[one.value for one in permit_policy().place_demanded],
        entries=whole.entries,
    )


def _possible(permit: "WorkPermit", act: PermitFieldAct, mine: set[SigningRole]) -> bool:
    state = PermitState(permit.state)
    begun = state in (PermitState.RUNNING, PermitState.PAUSED)
    if not mine:
        return False
    match act:
        case PermitFieldAct.TEST:
            tester = SigningRole.ANALYST in mine or begun
            return tester and row_of(permit).gas_test and state not in (PermitState.DRAFT, *OVER)
        case PermitFieldAct.TICK | PermitFieldAct.PHOTO:
            return state not in OVER
        case PermitFieldAct.ROUND | PermitFieldAct.STOP:
            return begun
        case PermitFieldAct.PAUSE:
            return state is PermitState.RUNNING
        case PermitFieldAct.CLOSE:
            return may_be_closed(permit)


def permit_phone_texts() -> dict[str, str]:
    """Sentences of the page."""
    return {
        **common_texts(),
        **place_texts(),
        "no_permits": _("You are named in no permit that is open."),
        "all_permits": _("All permits"),
        "from_to": pgettext("on site", "{begin} – {end}"),
        "hazards": _("Hazard analysis"),
        "lacking": _("What is next"),
        "by_alarm": _("An alarm beside the work stopped it. Everybody leaves."),
        "measures": _("Measures on site"),
        "tick": pgettext("on site", "Keep the measures"),
        "is_done": pgettext("measure", "done"),
        "not_needed": _("not needed here"),
        "tests": _("Gas tests"),
        "test": pgettext("on site", "Enter a gas test"),
        "flammable": pgettext("on site", "Combustible gas, percent of the volume"),
        "oxygen": pgettext("on site", "Oxygen, percent of the volume"),
        "toxic": pgettext("on site", "{name} (mg/m³), below {limit}"),
        "test_place": _("Where it was tested"),
        "holds": pgettext("gas test", "holds"),
        "fails": pgettext("gas test", "does not hold"),
        "round": pgettext("on site", "Round done"),
        "round_hint": _("What you saw: nothing, or in words"),
        "pause": pgettext("on site", "Pause"),
        "stop": pgettext("on site", "STOP the work"),
        "why_stop": _("Say why it stops."),
        "close": pgettext("on site", "Close the permit"),
        "close_sure": _("The work is done and the place was looked over?"),
        "sign_and_start": _("Signatures and the beginning of work are given on the permit's page"),
    }


PERMIT_PHONE = Phone(
    "permit",
    pgettext_lazy("phone page", "Work permits on site"),
    rights.OWN,
    gettext_lazy("Your roles do not open this page."),
    "/api/v1/hazchem/",
    permit_phone_texts,
)

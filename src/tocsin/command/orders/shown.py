"""Orders and what units did with them as people and programs read them, texts in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import members_of
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.casebook.shown.time_line import CHANNEL_NAMES
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.policy import orders_policy
from tocsin.command.orders.queries.orders import STATES, entries_of
from tocsin.command.orders.queries.places import diagnosis_of
from tocsin.command.orders.rules.acts import (
    CONFLICTS,
    CREW_STEPS,
    TAKEN_BACK,
    OrderAct,
    ReturnReason,
    StepVerdict,
    furthest,
    reached,
)
from tocsin.screens.timeline import time_lines
from tocsin.screens.words import QUANTITY_NAMES, figure, measured, quantity_name, unit_name
from tocsin.warning.diagnosis.rules import NOT_FOUND, OTHER_CAUSE
from tocsin.warning.face import CHECKS, answered, cause_label, measured_quantity, possible_causes, unit_words

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation

STATE_NAMES = {
    OrderState.SENT: pgettext_lazy("order state", "to be signed for"),
    OrderState.ACCEPTED: pgettext_lazy("order state", "signed for"),
    OrderState.LEFT: pgettext_lazy("order state", "crew has left"),
    OrderState.ON_SITE: pgettext_lazy("order state", "on site"),
    OrderState.CONTROLLED: pgettext_lazy("order state", "under control"),
    OrderState.CAUSE_FOUND: pgettext_lazy("order state", "cause found"),
    OrderState.MENDED: pgettext_lazy("order state", "mended"),
    OrderState.DONE: pgettext_lazy("order state", "done"),
    OrderState.RETURNED: pgettext_lazy("order state", "returned"),
    OrderState.PASSED_ON: pgettext_lazy("order state", "passed on"),
    OrderState.WITHDRAWN: pgettext_lazy("order state", "withdrawn"),
}
ROLE_NAMES = {
    OrderRole.LEAD: pgettext_lazy("role of a unit", "lead"),
    OrderRole.ASSISTING: pgettext_lazy("role of a unit", "assisting"),
    OrderRole.STAND_BY: pgettext_lazy("role of a unit", "standing by"),
}
_GIVEN_UP = (OrderState.RETURNED, OrderState.PASSED_ON, OrderState.WITHDRAWN)
RETURN_REASONS = {
    ReturnReason.NOT_OURS: pgettext_lazy("return reason", "not ours"),
    ReturnReason.WRONG_DATA: pgettext_lazy("return reason", "wrong data"),
    ReturnReason.OTHER: pgettext_lazy("return reason", "other reason"),
}
ACT_NAMES = {
    OrderAct.ACCEPT: pgettext_lazy("act of a unit", "signed for"),
    OrderAct.RETURN: pgettext_lazy("act of a unit", "returned"),
    OrderAct.PASS_ON: pgettext_lazy("act of a unit", "passed on"),
    OrderAct.LEAVE: pgettext_lazy("act of a unit", "left"),
    OrderAct.ARRIVE: pgettext_lazy("act of a unit", "on site"),
    OrderAct.CONTROL: pgettext_lazy("act of a unit", "under control"),
    OrderAct.FIND_CAUSE: pgettext_lazy("act of a unit", "cause found"),
    OrderAct.MEND: pgettext_lazy("act of a unit", "mended"),
    OrderAct.FINISH: pgettext_lazy("act of a unit", "ended"),
    OrderAct.WITHDRAW: pgettext_lazy("act of a unit", "withdrawn"),
    OrderAct.READING: pgettext_lazy("act of a unit", "reading"),
    OrderAct.ANSWER: pgettext_lazy("act of a unit", "answer"),
    OrderAct.TAKE_BACK: pgettext_lazy("act of a unit", "step taken back"),
    OrderAct.TASK: pgettext_lazy("act of a unit", "task done"),
    OrderAct.MEASURE: pgettext_lazy("act of a unit", "measure"),
    OrderAct.NOTE: pgettext_lazy("act of a unit", "note"),
    OrderAct.PHOTO: pgettext_lazy("act of a unit", "photo"),
    OrderAct.CHECK_IN: pgettext_lazy("act of a unit", "all well"),
    OrderAct.CALL_NEIGHBOURS: pgettext_lazy("act of a unit", "neighbours called"),
    OrderAct.DIG: pgettext_lazy("act of a unit", "digging"),
}
VERDICT_NAMES = {
    StepVerdict.ALREADY: gettext_lazy("had been reached before"),
    StepVerdict.ENDED: gettext_lazy("came after the order had ended"),
    StepVerdict.NOT_YET_SIGNED: gettext_lazy("counts when the unit has signed"),
    StepVerdict.STRUCK: gettext_lazy("taken back or corrected: it counts no more"),
    StepVerdict.OUTDATED: gettext_lazy("others had gone on meanwhile: repeat it if it still holds"),
}


def _line_figures(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """What the sentences of ACTS name, from a line's act and figures; empty for lines about something else."""
    if "unit" not in figures:
        return {}
    name = act.removeprefix("order_")
    return {
        "order": str(figures.get("order", "")),
        "unit": str(figures["unit"][_language()]),
        "role": str(ROLE_NAMES[OrderRole(figures["role"])]) if "role" in figures else "",
        "act": str(ACT_NAMES[OrderAct(name)]) if name in list(OrderAct) else "",
        "details": _details(name, figures),
    }


LINES = time_lines(
    {
        "order_sent": gettext_lazy("Order %(order)s to %(unit)s (%(role)s)"),
        "order_lead": gettext_lazy("%(unit)s leads from now on"),
        "order_undone": gettext_lazy("Order %(order)s to %(unit)s: undone by who sent it"),
        "kept": gettext_lazy("%(unit)s keeps the case until its owner is settled"),
        "settled": gettext_lazy("Owner settled: %(unit)s"),
        **{f"order_{act.value}": gettext_lazy("%(unit)s: %(act)s%(details)s") for act in OrderAct},
    },
    _line_figures,
)


class OrderOut(Schema):
    """An order to one unit."""

    id: UUID
    number: str
    case_id: UUID
    unit_id: UUID
    unit: str
    role: str = Field(description="lead, assisting or stand_by")
    role_name: str
    state: str = Field(description=f"one of {', '.join(STATES[2:])}")
    state_name: str
    version: int = Field(description="how many entries it has")
    text: str
    sent_at: datetime
    accepted_at: datetime | None
    accepted_as: str
    ended_at: datetime | None
    reason: str
    passed_to: str | None = Field(description="the number of the order of the unit that took it over")


class ProposedDispatchOut(Schema):
    """An order that would go to an owner of what rings or of a likely cause; it is not sent."""

    unit_id: UUID
    unit: str
    role: str = Field(description="lead or assisting")
    role_name: str


def describe_proposed(unit: "Organisation", role: OrderRole) -> ProposedDispatchOut:
    """An order that nobody has sent yet."""
    return ProposedDispatchOut(unit_id=unit.pk, unit=str(unit), role=role.value, role_name=str(ROLE_NAMES[role]))


def describe_order(order: Order) -> OrderOut:
    """One order, loaded with `queries.orders.visible_orders`, without another query."""
    return OrderOut(
        id=order.pk,
        number=order.number,
        case_id=order.case_id,
        unit_id=order.unit_id,
        unit=str(order.unit),
        role=order.role,
        role_name=role_name(order),
        state=order.state,
        state_name=str(STATE_NAMES[OrderState(order.state)]),
        version=order.version,
        text=order.text,
        sent_at=order.sent_at,
        accepted_at=order.accepted_at,
        accepted_as=order.accepted_as,
        ended_at=order.ended_at,
        reason=reason_words(order.reason),
        passed_to=order.passed_to.number if order.passed_to else None,
    )


def role_name(order: Order) -> str:
    """What the unit is in the case; one that led until it sent its order back leads no more."""
    if order.role == OrderRole.LEAD and order.state in _GIVEN_UP:
        return pgettext("role of a unit", "led before")
    return str(ROLE_NAMES[OrderRole(order.role)])


def reason_words(reason: str) -> str:
    """Why an order ended: the reason of a return by its name, then what was said."""
    code, _colon, text = reason.partition(": ")
    if code not in set(ReturnReason):
        return reason
    name = str(RETURN_REASONS[ReturnReason(code)])
    return f"{name}: {text}" if text else name


def steps_ahead(order: Order) -> list[OrderAct]:
    """The steps that a running order still has before it, the next one first."""
    done = reached(OrderState(order.state))
    return [act for act in (CREW_STEPS if order.role != OrderRole.STAND_BY else CREW_STEPS[:1]) if act not in done]


def last_step(order: Order, entries: Iterable[OrderEntry]) -> UUID | None:
    """The entry that brought a running order to its state and may be taken back; None where there is none."""
    found = None
    for one in entries:
        act = OrderAct(one.act)
        if one.verdict == StepVerdict.GOES_ON and act in TAKEN_BACK and furthest([act]) == order.state:
            found = one.pk
    return found


def act_choices(order: Order) -> list[tuple[str, str]]:
    """What may be entered on a running order, the next step first: acts by their names."""
    by_unit, steps = order.role != OrderRole.STAND_BY, steps_ahead(order)
    others = [OrderAct.RETURN, OrderAct.PASS_ON, OrderAct.READING, OrderAct.MEASURE, OrderAct.NOTE, OrderAct.CHECK_IN]
    digging = [OrderAct.CALL_NEIGHBOURS, OrderAct.DIG]
    return [(act.value, str(ACT_NAMES[act])) for act in (*steps, *others, *(digging if by_unit else ()))]


class ReadingChoice(Schema):
    """Something that may be measured; `wanted`: the case needs it, so that it is asked at once."""

    name: str
    quantity: str
    check: str = Field(description="the check that asks for it; empty for any other value")
    unit: str
    wanted: bool


def reading_choices(case: Case) -> list[ReadingChoice]:
    """What may be measured: first what the checks of its diagnosis ask for at the place that rings, then what rings, then what a
    crew's meter shows at once where it is about gas; then every other quantity.
    """
    diagnosis = diagnosis_of(case)
    placed = [one["check"] for one in diagnosis.result.get("checks", ())] if diagnosis is not None else []
    cards = {
        code: card for code, card in CHECKS.current().cards.items() if card.quantity is not None and card.check.at == "asked"
    }
    rings = list(dict.fromkeys(row.alarm.quantity for row in members_of(case)))
    meter = orders_policy(case.region_code, case.opened_at).meter
    first = [*rings, *(meter if set(rings) & set(meter) or case.kind == "gas" else ())]
    asked = [(card.quantity.name, code) for code, card in cards.items() if code in placed and card.quantity]
    others = [(card.quantity.name, code) for code, card in cards.items() if card.quantity]
    wanted = [*asked, *((one, "") for one in first if one in QUANTITY_NAMES and one not in {name for name, _code in asked})]
    known = {name for name, _code in [*wanted, *others]}
    rest = [*(one for one in others if one not in wanted), *((one, "") for one in QUANTITY_NAMES if one not in known)]
    return [
        *(_choice(*one, wanted=True) for one in dict.fromkeys(wanted)),
        *(_choice(*one, wanted=False) for one in dict.fromkeys(rest)),
    ]


def _choice(quantity: str, check: str, *, wanted: bool) -> ReadingChoice:
    card = CHECKS.current().cards.get(check)
    if card is not None and card.quantity is not None:
        name, unit = measured_quantity(card), unit_words(card.quantity.unit)
    else:
        name, unit = quantity_name(quantity), unit_name(quantity)
    return ReadingChoice(name=name, quantity=quantity, check=check, unit=unit, wanted=wanted)


def cause_choices() -> list[tuple[str, str]]:
    """What a finding may name, by its words."""
    own = {OTHER_CAUSE: pgettext("finding", "another cause"), NOT_FOUND: pgettext("finding", "no cause found")}
    return [(code, own.get(code) or cause_label(code)) for code in possible_causes()]


class OrderEntryOut(Schema):
    """One thing that a unit did or said."""

    id: UUID
    act: str
    act_name: str
    details: str
    text: str
    at: datetime
    received_at: datetime
    actor: str
    channel: str
    channel_name: str
    version: int
    device: str
    sequence: int
    data: dict[str, object]
    verdict: str = Field(description="goes_on, stays, struck, or a conflict: already, ended, not_yet_signed, outdated")
    conflict: str = Field(description="the conflict in words; empty where the entry counts")
    struck: str = Field(description="that it was taken back or corrected, in words; else empty")


class OrderDetailOut(OrderOut):
    case_number: str
    title: str
    place: str
    level: int
    lon: float | None
    lat: float | None
    drill: str | None
    entries: list[OrderEntryOut]


def describe_entry(entry: OrderEntry) -> OrderEntryOut:
    """One thing that the unit did or said."""
    return OrderEntryOut(
        id=entry.pk,
        act=entry.act,
        act_name=str(ACT_NAMES[OrderAct(entry.act)]),
        details=data_words(entry.act, entry.data),
        text=entry.data.get("text", ""),
        at=entry.at,
        received_at=entry.received_at,
        actor=entry.said_by or str(entry.actor or ""),
        channel=entry.channel,
        channel_name=str(CHANNEL_NAMES.get(entry.channel, entry.channel)),
        version=entry.version,
        device=entry.device,
        sequence=entry.sequence,
        data=entry.data,
        verdict=entry.verdict,
        conflict=str(VERDICT_NAMES[StepVerdict(entry.verdict)]) if entry.verdict in CONFLICTS else "",
        struck=str(VERDICT_NAMES[StepVerdict.STRUCK]) if entry.verdict == StepVerdict.STRUCK else "",
    )


def describe_whole(order: Order) -> OrderDetailOut:
    """An order with its case's words and its entries."""
    case = describe_case(order.case)
    return OrderDetailOut(
        **dict(describe_order(order)),
        case_number=case.number,
        title=case.title,
        place=case.place,
        level=case.level,
        lon=case.lon,
        lat=case.lat,
        drill=case.drill,
        entries=[describe_entry(one) for one in entries_of(order)],
    )


def data_words(act: str, data: Mapping[str, Any]) -> str:
    """What an entry says besides its text: the reading, the reason, the finding; empty for nothing."""
    if act == OrderAct.READING:
        card = CHECKS.current().cards.get(data.get("check", ""))
        if card is not None and card.quantity is not None:
            return f"{measured_quantity(card)} {figure(data['value'])} {unit_words(card.quantity.unit)}"
        return f"{quantity_name(data['quantity'])} {measured(data['value'], data['quantity'])}"
    if act == OrderAct.ANSWER:
        return answered(data["check"], data.get("outcome", ""), None)
    if act == OrderAct.RETURN:
        return str(RETURN_REASONS[ReturnReason(data["reason"])])
    if act == OrderAct.FIND_CAUSE:
        cause = data.get("cause_in_words") or cause_label(data["cause"])
        return f"{cause} {data.get('asset_code', '')}".strip()
    return ""


def _details(name: str, figures: Mapping[str, Any]) -> str:
    words = data_words(name, figures.get("data", {}))
    if figures.get("said_by"):
        said = pgettext("who told it", "told by %(name)s") % {"name": figures["said_by"]}
        words = f"{words}; {said}" if words else said
    if figures.get("silent"):
        names = ", ".join(one[_language()] for one in figures["silent"])
        silent = pgettext("neighbours", "no answer yet: %(names)s") % {"names": names}
        words = f"{words}; {silent}" if words else silent
    if figures.get("verdict") in CONFLICTS:
        conflict = str(VERDICT_NAMES[StepVerdict(figures["verdict"])])
        words = f"{words}; {conflict}" if words else conflict
    return f" ({words})" if words else ""


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"

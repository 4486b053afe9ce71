"""A delivery as the phones of keepers and drivers show it: what is in it, where to, the steps, and what was entered."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from ninja import Field, Schema

from tocsin.fieldwork.shown import Phone, common_texts
from tocsin.supplies.requests.queries.roads import met_by_delivery
from tocsin.supplies.requests.rules.states import ENDED, STEPS, DeliveryAct, DeliveryState, StepVerdict, is_behind
from tocsin.supplies.requests.shown.names import ACT_NAMES, CONFLICT_NAMES
from tocsin.supplies.requests.shown.requests import (
    SupplyDeliveryLineOut,
    SupplyDeliveryOut,
    describe_delivery,
    describe_delivery_lines,
)
from tocsin.supplies.roads.queries.closures import roads_in_force
from tocsin.supplies.roads.shown.closures import met_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.supplies.requests.models import Delivery, DeliveryEntry

STEPS_OF_KEEPER = (DeliveryAct.CONFIRM, DeliveryAct.PICK, DeliveryAct.LOAD, DeliveryAct.LEAVE, DeliveryAct.HAND_OVER)
STEPS_OF_DRIVER = (DeliveryAct.LEAVE, DeliveryAct.HAND_OVER)
MOST_ENTRIES = 30


class PhoneStepOut(Schema):
    """A step on the way, and whether it is behind."""

    act: DeliveryAct
    name: str
    done: bool


class PhoneEntryOut(Schema):
    """What was entered, and why it does not count where it does not."""

    act_name: str
    text: str
    at: datetime
    actor: str
    conflict: str


class PhoneDeliveryOut(SupplyDeliveryOut):
    """A delivery as phones show it."""

    address: str = Field(description="of the store, with its access")
    store_telephone: str
    receiver: str
    receiver_telephone: str
    lines: list[SupplyDeliveryLineOut]
    steps: list[PhoneStepOut]
    may_refuse: bool
    closed_roads: list[str] = Field(description="what is closed on the way, in words")
    entries: list[PhoneEntryOut] = Field(description="the last 30")
    token: str = Field("", description="the driver's, where a driver reads it")


def describe_for_phone(delivery: "Delivery", now: datetime, steps: "Sequence[DeliveryAct]", token: str = "") -> PhoneDeliveryOut:
    """One delivery for whoever does these steps."""
    state, request, store = DeliveryState(delivery.state), delivery.request, delivery.store
    entries = delivery.entries.select_related("actor").order_by("-version")[:MOST_ENTRIES]
    came = set(delivery.entries.filter(verdict=StepVerdict.AHEAD).values_list("act", flat=True))
    asked = state is DeliveryState.ORDERED or delivery.lead_h > 0
    return PhoneDeliveryOut(
        **describe_delivery(delivery, now).model_dump(),
        address=" ".join(filter(None, (store.address, store.access))),
        store_telephone=store.telephone,
        receiver=request.receiver,
        receiver_telephone=request.receiver_telephone,
        lines=describe_delivery_lines(delivery),
        steps=[_step(state, one, came) for one in steps if asked or one is not DeliveryAct.CONFIRM],
        closed_roads=closed_on_way(delivery, now),
        may_refuse=not token and (state, DeliveryAct.REFUSE) in STEPS,
        entries=[describe_entry(one) for one in reversed(entries)],
        token=token,
    )


def closed_on_way(delivery: "Delivery", now: datetime) -> list[str]:
    """What is closed on the way of a delivery that is not there yet."""
    if DeliveryState(delivery.state) in (*ENDED, DeliveryState.HANDED_OVER):
        return []
    return met_words(met_by_delivery(delivery, roads_in_force(now)))


def _step(state: DeliveryState, act: DeliveryAct, came: set[str]) -> PhoneStepOut:
    """Done is also what was entered and waits for the steps before it: nobody is asked for it again."""
    return PhoneStepOut(act=act, name=str(ACT_NAMES[act]), done=is_behind(state, act) or act.value in came)


def describe_entry(entry: "DeliveryEntry") -> PhoneEntryOut:
    """One entry; its actor is loaded."""
    return PhoneEntryOut(
        act_name=str(ACT_NAMES[DeliveryAct(entry.act)]),
        text=entry.data.get("text", ""),
        at=entry.at,
        actor=who_did(entry),
        conflict=conflict_of(entry),
    )


def who_did(entry: "DeliveryEntry") -> str:
    """Who did a step: whoever is signed in, or the driver by the name that they gave."""
    if entry.channel != "paper":
        return str(entry.actor or "")
    return entry.said_by or _("driver")


def conflict_of(entry: "DeliveryEntry") -> str:
    """Why an entry does not count, or by what its time was put right; empty where nothing is to be said."""
    told = [str(CONFLICT_NAMES[verdict])] if (verdict := StepVerdict(entry.verdict)) in CONFLICT_NAMES else []
    if entry.clock_said is not None:
        at = date_format(timezone.localtime(entry.clock_said), "Y-m-d H:i")
        told.append(_("the clock of the device is wrong: it said %(at)s") % {"at": at})
    return "; ".join(told)


def delivery_texts() -> dict[str, str]:
    """Sentences of the parts that both pages show."""
    return {
        **{act.value: str(words) for act, words in ACT_NAMES.items()},
        "deliveries": _("Deliveries"),
        "goods": _("Goods"),
        "where_to": _("Where to"),
        "from_store": pgettext("supplies", "From"),
        "receiver": _("Who receives it"),
        "there_about": _("There about"),
        "show_way": _("Show the way"),
        "driver": _("Driver"),
        "telephone": _("Telephone"),
        "vehicle": _("Vehicle"),
        "code": _("The receiver's code"),
        "code_wrong": _("One digit is wrong: ask the receiver to say the code once more."),
        "how_much_of": _("{item} {lot}: how much ({unit})?"),
        "less_say": _("Less than before: say why."),
        "too_much": _("At most {count}."),
        "refuse_why": _("Why can't it be delivered?"),
        "late": pgettext("supplies", "late"),
        "all_done": _("All steps are entered."),
        "closed_on_way": _("Closed on the way"),
        "waits_first": _("The store has not entered that it is loaded. What you enter counts as soon as it has."),
        "all_deliveries": _("All deliveries"),
    }


def driver_texts() -> dict[str, str]:
    """Sentences of the driver's page."""
    return {
        **common_texts(),
        **delivery_texts(),
        "no_deliveries": _("Open the code on the consignment note: the delivery stands here then, also without a network."),
        "put_away": _("Take it off this phone"),
        "put_away_sure": _("Take this delivery off the phone? The paper opens it again."),
        "not_ours": _("This code is no consignment note of ours, or its delivery has ended."),
    }


DRIVER = Phone(
    "driver",
    gettext_lazy("Driving"),
    None,
    gettext_lazy("This page is open to everybody."),
    "/supplies/way/",
    driver_texts,
)

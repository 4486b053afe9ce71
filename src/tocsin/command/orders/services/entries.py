"""What units and crews do with their orders: one way in for the console, the crew's page, the link, the telephone and the API.

Everything that arrives is kept with its verdict; what arrives twice changes nothing.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.bus.services import record_event
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import ON_SITE, OrderRole, OrderState
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import Book, open_book
from tocsin.command.orders.events import OrderEntered
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.policy import orders_policy
from tocsin.command.orders.queries import orders as queries
from tocsin.command.orders.queries.notices import notices_of_orders
from tocsin.command.orders.rules.acts import PROGRESS, OrderAct, StepVerdict, step
from tocsin.command.orders.rules.entries import EntryData, missing
from tocsin.command.orders.services.corrections import correct_reading, take_back
from tocsin.command.orders.services.endings import end_order_notices
from tocsin.command.orders.services.followers import followers
from tocsin.command.orders.services.leads import meet_own_clocks, stop_own_clocks
from tocsin.command.orders.services.orders import keep_by_government, pass_on, settle
from tocsin.command.orders.services.sending import order_figures
from tocsin.command.orders.services.stand_by import call_neighbours
from tocsin.command.routing import queries as routing_queries
from tocsin.fieldwork.queries import FieldActs, others_went_on
from tocsin.fieldwork.rules import NewAct, read_data
from tocsin.fieldwork.services import entry_fields, known_entry, with_picture
from tocsin.jurisdiction.face import may, visible_organisations
from tocsin.notices import face as notices
from tocsin.notices.face import names_of
from tocsin.records.face import prepare_attachment
from tocsin.screens.clock import current_time
from tocsin.screens.words import listed
from tocsin.warning.face import CHECKS, record_answer, record_finding

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import User

FIELD_NAMES = {
    "reason": pgettext_lazy("what an act needs", "reason"),
    "unit": pgettext_lazy("what an act needs", "unit"),
    "quantity": pgettext_lazy("what an act needs", "quantity"),
    "value": pgettext_lazy("what an act needs", "value"),
    "check": pgettext_lazy("what an act needs", "check"),
    "outcome": pgettext_lazy("what an act needs", "outcome"),
    "task": pgettext_lazy("what an act needs", "task"),
    "corrects": pgettext_lazy("what an act needs", "corrects"),
    "text": pgettext_lazy("what an act needs", "text"),
    "attachment": pgettext_lazy("what an act needs", "attachment"),
    "cause": pgettext_lazy("what an act needs", "cause"),
    "asset_code": pgettext_lazy("what an act needs", "asset_code, or lon and lat, or text"),
}
"""What `missing` names: in English as a program sends it."""
_OF_THE_DESK = (OrderAct.WITHDRAW, OrderAct.FINISH)


@transaction.atomic
def apply_entry(*, actor: "User", entry: NewAct[EntryData], channel: str = "console") -> OrderEntry:
    """What a signed-in person did, or says that the unit did (`channel` telephone). Order.DoesNotExist for an order out of
    reach; NotAllowed for the desk's acts by others; InvalidInput where the act lacks something; Conflict for an id used before.
    """
    order = queries.visible_orders(actor).get(pk=entry.subject_id)
    if not queries.works_on(actor, order):
        raise NotAllowed(_("This needs the right to work on orders of %(unit)s.") % {"unit": order.unit})
    if entry.act in _OF_THE_DESK and not may(actor, rights.HANDLE, order.region_code):
        raise NotAllowed(_("Only the duty officer withdraws or ends an order."))
    if entry.act not in _OF_THE_DESK and not may(actor, rights.WORK, order.region_code, (order.unit_id,)):
        channel = "telephone"  # the desk writes down what the unit says
        if not entry.said_by.strip():
            raise InvalidInput(_("Say who of the unit told you."))
    book = open_book(order.region_code, actor=actor, channel=channel, now=current_time())
    return enter(book, entry)


def add_photo(*, actor: "User", entry: NewAct[EntryData], picture: bytes, name: str, channel: str = "phone") -> OrderEntry:
    """A photo or a PDF as proof: checked, kept, and an entry of its own. As `apply_entry`; a second delivery changes nothing."""
    order = queries.visible_orders(actor).get(pk=entry.subject_id)
    if not queries.works_on(actor, order):
        raise NotAllowed(_("This needs the right to work on orders of %(unit)s.") % {"unit": order.unit})
    region, now = order.region_code, current_time()
    prepared = prepare_attachment(actor=actor, data=picture, name=name)
    with transaction.atomic():
        photo = with_picture(entry, prepared, actor=actor, object_type="order", region_code=region, now=now)
        return apply_entry(actor=actor, entry=replace(photo, act=OrderAct.PHOTO.value), channel=channel)


def enter(book: Book, entry: NewAct[EntryData]) -> OrderEntry:
    """The same for whoever holds the book and has asked for the right: a one-time link, the machine."""
    order = Order.objects.select_for_update(of=("self",)).select_related("case", "unit").get(pk=entry.subject_id)
    known = known_entry(OrderEntry, "order", entry)
    if known is not None:
        return known
    act = OrderAct(entry.act)
    lacking = missing(act, entry.data)
    if lacking:
        raise InvalidInput(_("This step needs: %(fields)s.") % {"fields": listed(*(str(FIELD_NAMES[one]) for one in lacking))})
    if act is OrderAct.FINISH and order.role == OrderRole.LEAD:
        raise InvalidInput(_("The lead unit's order ends with its case."))
    outdated = others_went_on(OrderEntry.objects.filter(order=order), entry, verdict=StepVerdict.GOES_ON.value)
    verdict, state = step(OrderState(order.state), act, outdated=outdated)
    if entry.data.corrects is not None and verdict is StepVerdict.STAYS:
        state = _corrected(order, act, entry.data.corrects)
    if act is OrderAct.FIND_CAUSE and verdict is StepVerdict.ALREADY:
        verdict = StepVerdict.OUTDATED if outdated and _found(order) else StepVerdict.STAYS
    order.version += 1
    order.state = state.value
    order.save()
    kept = _keep(book, order, entry, verdict)
    _note(book, order, kept)
    if verdict in (StepVerdict.GOES_ON, StepVerdict.STAYS):
        _follow(book, order, kept)
    if verdict is not StepVerdict.ENDED:
        _check_in(book, order, kept)
    order.case.refresh_from_db()
    book.refresh(order.case)
    event = OrderEntered(
        order_id=str(order.pk),
        entry_id=str(kept.pk),
        case_id=str(order.case_id),
        act=kept.act,
        verdict=kept.verdict,
        state=order.state,
    )
    record_event(event, region=order.region_code)
    return kept


def _keep(book: Book, order: Order, entry: NewAct[EntryData], verdict: StepVerdict) -> OrderEntry:
    times = {"now": book.now, "since": order.sent_at}
    fields = entry_fields(entry, actor=book.actor, version=order.version, verdict=verdict.value, **times)
    return OrderEntry.objects.create(order=order, said_by=entry.said_by.strip()[:120], channel=book.channel, **fields)


def _corrected(order: Order, act: OrderAct, wrong: "UUID") -> OrderState:
    """The order's state after what was wrong in it is struck."""
    if act is OrderAct.TAKE_BACK:
        return take_back(order, wrong)
    if act is OrderAct.READING:
        correct_reading(order, wrong)
    return OrderState(order.state)


def _found(order: Order) -> bool:
    return OrderEntry.objects.filter(order=order, act=OrderAct.FIND_CAUSE).exists()


def _follow(book: Book, order: Order, kept: OrderEntry) -> None:
    """What an act that counts brings with it."""
    match OrderAct(kept.act):
        case OrderAct.ACCEPT:
            _accepted(book, order, kept)
        case OrderAct.RETURN | OrderAct.WITHDRAW | OrderAct.PASS_ON | OrderAct.FINISH:
            _ended(book, order, kept)
        case OrderAct.FIND_CAUSE:
            _score(book, order, kept)
        case OrderAct.READING | OrderAct.ANSWER:
            _answer(book, order, kept)
        case OrderAct.CALL_NEIGHBOURS:
            call_neighbours(book, order, lon=kept.data.get("lon"), lat=kept.data.get("lat"))
    for follower in followers():
        follower.entered(book, order, kept)
    meet_own_clocks(book, order)
    _progress(book, order, OrderAct(kept.act))


def _accepted(book: Book, order: Order, kept: OrderEntry) -> None:
    """The unit has signed: nobody asks it any more, and what its crew did before counts from now on."""
    order.accepted_at, order.accepted_as = book.now, kept.said_by or str(book.actor)
    clocks.meet(order.case, Step.SIGN, order.number, now=book.now)
    notices.supersede(notices_of_orders([order]), now=book.now, by_signature=True)
    settle(book, order)
    for early in queries.entries_of(order).filter(verdict=StepVerdict.NOT_YET_SIGNED):
        verdict, state = step(OrderState(order.state), OrderAct(early.act))
        order.state, early.verdict = state.value, verdict.value
        early.save(update_fields=["verdict"])
        _progress(book, order, OrderAct(early.act))
        if early.act == OrderAct.FIND_CAUSE:
            _score(book, order, early)
    order.save()


def _ended(book: Book, order: Order, kept: OrderEntry) -> None:
    data = read_data(EntryData, kept.data)
    order.ended_at, order.reason = book.now, ": ".join(filter(None, (data.reason, data.text)))[:500]
    order.save()
    if kept.act == OrderAct.PASS_ON:
        order.passed_to = pass_on(book, order, unit=visible_organisations(book.actor).get(pk=str(data.unit)))
        order.save()
    clocks.stop(order.case, Step.SIGN, order.number, now=book.now)
    stop_own_clocks(book, order)
    end_order_notices([order], now=book.now)
    if kept.act == OrderAct.RETURN and queries.running_lead(order.case) is None:
        keep_by_government(book, order.case, returned=order)
    if kept.act != OrderAct.FINISH:
        for follower in followers():
            follower.ended(book, order)


def _check_in(book: Book, order: Order, kept: OrderEntry) -> None:
    """A crew on site shows in time that it is well: by the button or by anything else that it says. What waited on a phone counts
    from when it was said. Who has mended or left is no longer asked.
    """
    if OrderState(order.state) not in ON_SITE:
        clocks.stop(order.case, Step.CHECK_IN, order.number, now=book.now)
        return
    policy = orders_policy(order.case.region_code, order.case.opened_at)
    every = policy.check_in_every(routing_queries.lifeline_of(order.case))
    clock = clocks.begin(order.case, Step.CHECK_IN, order.number, now=book.now, limit=every, every=every)
    if kept.at > clock.began_at:
        clocks.meet(order.case, Step.CHECK_IN, order.number, now=kept.at)


def _progress(book: Book, order: Order, act: OrderAct) -> None:
    """The lead unit has said how the matter stands, by whatever way: its next report is waited for from now on."""
    if order.role == OrderRole.LEAD and act in PROGRESS:
        clocks.meet_progress(order.case, now=book.now)


def _score(book: Book, order: Order, kept: OrderEntry) -> None:
    """The finding teaches the diagnosis of the alarm that speaks for the case. A drill teaches nothing."""
    if order.case.lead_id is None or order.case.drill_id is not None:
        return
    data = read_data(EntryData, kept.data)
    record_finding(
        actor=book.actor,
        alarm_id=order.case.lead_id,
        cause=data.cause,
        cause_in_words=data.cause_in_words,
        asset_code=data.asset_code,
        lon=data.lon,
        lat=data.lat,
        found_by=order.unit.name_zh,
        found_at=kept.at,
        text=data.text,
        channel=book.channel,
        organisation_ids=(order.unit_id,),
    )


def _answer(book: Book, order: Order, kept: OrderEntry) -> None:
    """A reading that a check asked for, or an answer to one, is weighed into the ranking of causes at once."""
    data = read_data(EntryData, kept.data)
    if order.case.lead_id is None or order.case.drill_id is not None or not data.check:
        return
    card = CHECKS.current().cards.get(data.check)
    record_answer(
        actor=book.actor,
        alarm_id=order.case.lead_id,
        check=data.check,
        said_by=order.unit.name_zh,
        said_through="telephone" if book.channel == "telephone" or kept.act == OrderAct.ANSWER else "on_site",
        asset_code=data.asset_code,
        outcome=data.outcome,
        value=data.value,
        unit=card.quantity.unit if card and card.quantity else "",
        at=kept.at,
        note=data.text,
        channel=book.channel,
        organisation_ids=(order.unit_id,),
    )


def _note(book: Book, order: Order, kept: OrderEntry) -> None:
    figures: dict[str, object] = {**order_figures(order), "entry": str(kept.pk), "data": kept.data, "verdict": kept.verdict}
    if kept.said_by:
        figures["said_by"] = kept.said_by
    if kept.act == OrderAct.DIG:
        figures["silent"] = [names_of(one.unit) for one in queries.silent_neighbours(order.case)]
    book.note(order.case, f"order_{kept.act}", text=kept.data.get("text", ""), figures=figures)


def _enter_from_device(
    *, actor: "User", act: NewAct[EntryData], channel: str, picture: bytes | None = None, name: str = ""
) -> OrderEntry:
    if picture is not None:
        return add_photo(actor=actor, entry=act, picture=picture, name=name, channel=channel)
    return apply_entry(actor=actor, entry=act, channel=channel)


FIELD_ACTS = FieldActs(
    acts=OrderAct,
    data=EntryData,
    enter=_enter_from_device,
    absent=gettext_lazy("There is no such order or unit, or your rights do not reach it."),
)

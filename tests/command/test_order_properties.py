"""Networks reorder, lose and repeat: whatever a crew's devices entered is kept, and the order comes to the same end."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.command.orders import LEAK
from tests.command.street import START, Timeline, case_of, make_street
from tests.people import LICANG
from tests.usual_bodies import usual_bodies
from tocsin.base.ids import new_id
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.casebook.services.log import open_book
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import CREW_STEPS, OrderAct, StepVerdict, reached, step
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.entries import enter
from tocsin.command.orders.services.sending import send_order
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.people.services.system import system_actor

STEPS = (OrderAct.LEAVE, OrderAct.ARRIVE, OrderAct.CONTROL, OrderAct.MEND)
PLAIN = (OrderAct.NOTE, OrderAct.READING, OrderAct.CHECK_IN)
DATA = {OrderAct.READING: EntryData(quantity="methane", value=12.0)}


@given(st.permutations([OrderAct.ACCEPT, *STEPS, OrderAct.NOTE]))
def test_the_state_is_the_furthest_of_all_steps_in_any_order(acts: list[OrderAct]) -> None:
    """The pure rule, with what `services.entries` does at a signature: early steps are judged again."""
    state, early = OrderState.SENT, list[OrderAct]()
    for act in acts:
        verdict, state = step(state, act)
        if verdict is StepVerdict.NOT_YET_SIGNED:
            early.append(act)
        if act is OrderAct.ACCEPT:
            for one in early:
                _verdict, state = step(state, one)
    assert state is OrderState.MENDED


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[NewAct[EntryData]], list[int]]:
    """What two phones of one crew entered, and how it arrives: shuffled, some of it lost at first, some of it twice."""
    entries = []
    for device in ("phone-1", "phone-2"):
        acts = draw(st.lists(st.sampled_from([*STEPS, *PLAIN]), min_size=1, max_size=4))
        told = [OrderAct.ACCEPT, *acts] if device == "phone-1" else acts
        entries += [
            NewAct(
                id=new_id(),
                subject_id=new_id(),  # replaced by the order of the test
                act=act,
                at=START,
                data=DATA.get(act, EntryData(text=f"{device} {number}")),
                device=device,
                sequence=number,
                base_version=0,
            )
            for number, act in enumerate(told)
        ]
    first = draw(st.permutations(range(len(entries))))
    lost = draw(st.sets(st.sampled_from(first)))
    again = draw(st.permutations(range(len(entries))))  # the phones send everything until the server says that it has it
    return entries, [number for number in first if number not in lost] + list(again)


@pytest.mark.one_database
class Deliveries(TestCase):
    """With the database, since ids and verdicts are kept there."""

    order: Order

    @classmethod
    def setUpTestData(cls) -> None:
        make_street()
        bodies = usual_bodies(LICANG)
        time = Timeline()
        alarm = time.at(0).rings(3, LEAK)
        time.looks()
        book = open_book(LICANG, actor=system_actor(), channel="gathering", now=START)
        cls.order = send_order(book, case_of(alarm), unit=bodies["gas_company"], role=OrderRole.LEAD)

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors])
    @given(deliveries())
    def test_nothing_vanishes_and_the_end_is_the_same(self, delivered: tuple[list[NewAct[EntryData]], list[int]]) -> None:
        entries, arrival = delivered
        ends = []
        for way in (range(len(entries)), arrival):
            with transaction.atomic():
                book = open_book(LICANG, actor=system_actor(), channel="phone", now=START)
                for number in way:
                    one = entries[number]
                    enter(book, NewAct(**{**one.__dict__, "subject_id": self.order.pk}))
                kept = OrderEntry.objects.filter(order=self.order)
                assert {one.pk for one in kept} == {one.id for one in entries}
                assert {one.pk: one.data.get("text") for one in kept} == {one.id: one.data.text or None for one in entries}
                order = Order.objects.select_related("case").get(pk=self.order.pk)
                furthest = max(CREW_STEPS.index(one.act) for one in entries if one.act in CREW_STEPS)
                assert order.version == len(entries)
                assert reached(OrderState(order.state)) == CREW_STEPS[: furthest + 1]
                ends.append((order.state, order.case.state))
                transaction.set_rollback(True)
        assert ends[0] == ends[1]

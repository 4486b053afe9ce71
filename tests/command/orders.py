"""Orders for tests: a leak with its usual bodies, units that are sent, and what their crews say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.command.street import START, Timeline, case_of
from tests.people import LICANG
from tests.usual_bodies import usual_bodies
from tocsin.base.ids import new_id
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services.log import open_book
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.entries import enter
from tocsin.command.orders.services.sending import send_order
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.models import Grant
from tocsin.warning.face import newest_diagnoses

RED = 4
LEAK = [("gas_main_leak", 0.6, "G1"), ("heat_main_leak_biogas", 0.3, "")]
FOUND = EntryData(cause="heat_main_leak_biogas", asset_code="S3", text="steam in the sewer")


@pytest.fixture
def bodies(street: None) -> dict[str, Organisation]:
    return usual_bodies(LICANG)


@pytest.fixture
def case(bodies: dict[str, Organisation], time: Timeline) -> Case:
    """An orange gas alarm in a well: nobody is sent by the machine."""
    alarm = time.at(0).rings(3, LEAK)
    time.looks()
    return case_of(alarm)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch, settings: Any, time: Timeline) -> Timeline:
    """The judging clock stands where `time` stands."""
    monkeypatch.setattr(settings.CONFIGURATION.clock.__class__, "now", lambda _self: time.now)
    return time


def crew_of(unit: Organisation, role: str = "utility_crew", name: str = "Li") -> User:
    user = User.objects.create_user(f"{role}-{unit.code}-{name}", name=name, organisation=unit)
    Grant.objects.create(user=user, role=role, region_code=LICANG)
    return user


def send(case: Case, unit: Organisation, role: OrderRole = OrderRole.LEAD, minutes: float = 1) -> Order:
    book = open_book(LICANG, actor=system_actor(), channel="gathering", now=START + timedelta(minutes=minutes))
    return send_order(book, Case.objects.get(pk=case.pk), unit=unit, role=role)


def says(order: Order, act: OrderAct, data: EntryData | None = None, **more: Any) -> NewAct[EntryData]:
    fields = {"id": new_id(), "subject_id": order.pk, "act": act, "at": START, "data": data or EntryData()}
    return NewAct(**{**fields, **more})


def do(order: Order, act: OrderAct, data: EntryData | None = None, minutes: float = 5, **more: Any) -> OrderEntry:
    """The machine's hand: what a one-time link would do."""
    book = open_book(LICANG, actor=system_actor(), channel="link", now=START + timedelta(minutes=minutes))
    return enter(book, says(order, act, data, said_by="Wang", **{"at": book.now, **more}))


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back: rows of one table share what stands before them."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def clock(case: Case, step: str, subject: str = "") -> Clock:
    return Clock.objects.get(case=case, step=step, subject=subject)


def is_likely_of(case: Case, owner: str) -> None:
    """The likeliest cause of the case would be that body's own."""
    diagnosis = newest_diagnoses([case.lead_id])[case.lead_id]
    diagnosis.result["hypotheses"][0]["owner"] = owner
    diagnosis.save(update_fields=["result"])

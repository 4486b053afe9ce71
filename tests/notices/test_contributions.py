"""What a capability contributes is one constant that the catalogue names; notices know its subject by kind and id."""

from typing import Any

import pytest

from tests.clocks import SetClock
from tests.notices import contributed
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, make_body
from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import may_anywhere
from tocsin.jurisdiction.people.models import User
from tocsin.notices.face import delivered_at, write
from tocsin.notices.inbox.services import see_notices
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.queries.contributions import purposes
from tocsin.notices.messages.queries.inbox import inbox_of, notices_about
from tocsin.notices.messages.rules import rights
from tocsin.notices.messages.rules.subjects import Subject
from tocsin.notices.messages.shown import acted_on, asks_signature, headline_of, text_of, why_name

pytestmark = pytest.mark.django_db


def test_a_purpose_is_added_from_a_folder_of_its_own(clock: SetClock, officer: User, settings: Any) -> None:
    settings.NOTICES = (*settings.NOTICES, "tests.notices.contributed:NOTICES")
    contributed.DELIVERED.clear()
    pump = Subject("pump", new_id(), "P-7", LICANG, level=3)
    told = write(pump, person=officer, purpose="bring", why="keeper", urgent=True, key="b-1", figures={"what": "hoses"}, now=NOW)
    assert contributed.DELIVERED == [] and delivered_at(["b-1"]) == {}
    see_notices(actor=officer, notice_ids=[told.pk])
    see_notices(actor=officer, notice_ids=[told.pk])
    assert contributed.DELIVERED == [("b-1", NOW)] and delivered_at(["b-1", "b-2"]) == {"b-1": NOW}
    assert (text_of(told), why_name("keeper"), acted_on(told)) == ("Bring hoses to P-7.", "Keeper", "/supplies/P-7/")
    assert headline_of(told) == "level 2 (orange) Bring P-7"
    assert asks_signature(told) and list(inbox_of(officer, now=NOW)) == [told]
    assert list(notices_about("pump", [pump.id])) == [told]
    assert told.case_id is None


def test_the_cap_names_purposes_that_are_there() -> None:
    assert set(sending().cap.purposes) <= set(purposes())


@pytest.mark.parametrize(("purpose", "page"), [("door_walk", "/doors/"), ("volunteer_news", "/volunteers/me/")])
def test_what_is_looked_at_somewhere_leads_there_from_the_inbox(purpose: str, page: str) -> None:
    """A purpose that names the page of its notices, and none of its own on which to act, is no dead end."""
    assert acted_on(Notice(purpose=purpose)) == page


@pytest.mark.parametrize(
    "role", ["unit_desk", "firm_officer", "inspector", "supervisor", "viewer", "duty_officer", "store_keeper"]
)
def test_a_desk_finds_the_purposes_that_each_of_its_permissions_opens(role: str) -> None:
    """One question for each permission finds what one for each purpose finds; other bodies' notices are never among it."""
    own, other = make_body("hongda"), make_body("other")
    reader = make_named_person(role, role, own)
    for body in (own, other):
        for name in purposes():
            key = f"{body.code}-{name}"
            notice = Notice(
                purpose=name, key=key, organisation=body, region_code=LICANG, written_at=NOW, deadline=NOW, why="desk"
            )
            notice.save(force_insert=True)
            Sending.objects.create(notice=notice, channel="screen", address="", not_before=NOW)
    opened = {name: (rights.SEE, rights.WORK, *card.permissions) for name, card in purposes().items()}
    expected = {name for name, permissions in opened.items() if any(may_anywhere(reader, one) for one in permissions)}
    found = inbox_of(reader, now=NOW, state="all")
    assert {(one.organisation_id, one.purpose) for one in found} == {(own.pk, name) for name in expected}
    assert str(found.query).count('"purpose" IN') <= len({one for permissions in opened.values() for one in permissions})

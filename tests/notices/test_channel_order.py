"""The order of channels: entered by page and by program, followed by senders at once, told to each person."""

import json
from collections.abc import Iterator

import pytest
from django.urls import reverse

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.contacts.queries.points import foreseen_ways
from tocsin.jurisdiction.people.models import User
from tocsin.notices.channels import queries
from tocsin.notices.channels.services.by_page.order import set_channel_order
from tocsin.notices.messages.queries.directory import Directory
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
AS_OFFERED = ("sms", "voice", "email", "web_push", "messenger", "webhook")


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    stand_at(monkeypatch, NOW)
    monkeypatch.setattr("tocsin.notices.messages.queries.directory.channels_set_up", lambda: frozenset(AS_OFFERED))
    yield
    queries.mark_path().unlink(missing_ok=True)


@pytest.fixture
def administrator() -> User:
    return make_named_person("administrator", "system_administrator", region="000000")


@pytest.fixture
def reached() -> User:
    """Somebody who chose nothing: mail was entered first, a mobile number last."""
    person = make_named_person("reached", "duty_officer", region="370213")
    for order, (kind, address) in enumerate((("email", "a@example.org"), ("voice", "13900000001"), ("sms", "13900000000"))):
        ContactPoint.objects.create(user=person, kind=kind, address=address, order=order + 1, confirmed_at=NOW)
    return person


def ways(person: User) -> list[str]:
    """Kinds in which a matter that is not urgent goes, the first and then each that follows where one failed."""
    directory = Directory(NOW)
    level = AlarmLevel.YELLOW
    found = [one for one in directory.ways_to(None, person, level) if one.channel != "screen"]
    assert len(found) == 1
    told = [(found[0].channel, found[0].address)]
    while (after := directory.way_after(told[-1], told, organisation=None, person=person, level=level)) is not None:
        told.append((after.channel, after.address))
    return [kind for kind, _address in told]


def foreseen(person: User) -> list[str]:
    """What the person's own page says of the same."""
    return next(
        [point.kind for point in one.awake.points] for one in foreseen_ways(person, NOW) if one.level == AlarmLevel.YELLOW
    )


@pytest.mark.django_db(transaction=True)
def test_senders_and_the_persons_own_page_follow_the_order(administrator: User, reached: User) -> None:
    assert ways(reached) == foreseen(reached) == ["email", "voice", "sms"]
    set_channel_order(actor=administrator, kinds=AS_OFFERED, now=NOW)
    assert ways(reached) == foreseen(reached) == ["sms", "voice", "email"]
    other = ("voice", "email", "sms", "web_push", "messenger", "webhook")
    set_channel_order(actor=administrator, kinds=other, now=NOW)
    assert ways(reached) == foreseen(reached) == ["voice", "email", "sms"]
    set_channel_order(actor=administrator, kinds=(), now=NOW)
    assert ways(reached) == foreseen(reached) == ["email", "voice", "sms"]
    assert not queries.mark_path().exists()


REFUSED = (
    ("unknown", (*AS_OFFERED[:5], "pigeon"), "pigeon is no channel"),
    ("one is missing", AS_OFFERED[:5], "every channel once"),
    ("one is there twice", (*AS_OFFERED, "sms"), "every channel once"),
    ("dialled by a person", (*AS_OFFERED, "telephone"), "telephone is no channel"),
)


@pytest.mark.parametrize(("why", "kinds", "words"), REFUSED, ids=[one[0] for one in REFUSED])
def test_orders_that_are_refused(administrator: User, why: str, kinds: tuple[str, ...], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        set_channel_order(actor=administrator, kinds=kinds, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_one_press_on_the_page_and_one_call_of_a_program(administrator: User) -> None:
    browser, address = signed_in(administrator), "/api/v1/notices/channels/order"
    assert browser.get(address).json()["entered"] is False
    browser.post(reverse("order_channels"), {"kind": "email", "way": "up"})
    order = [one["kind"] for one in browser.get(address).json()["channels"]]
    assert order == ["sms", "email", "voice", "web_push", "messenger", "webhook"]
    browser.post(reverse("order_channels"), {"kind": "sms", "way": "up"})  # the first stays the first
    browser.post(reverse("order_channels"), {"kind": "sms", "way": "down"})
    assert queries.kinds_in_order()[:2] == ("email", "sms")
    assert "email" in AuditEntry.objects.filter(action="channel.order_changed").latest("id").details["order"][1]
    page = " ".join(browser.get(reverse("channels")).content.decode().split())
    first, second = (one["name"] for one in browser.get(address).json()["channels"][:2])
    assert page.index(f"1. {first}") < page.index(f"2. {second}")
    refused = browser.post(reverse("order_channels"), {"kind": "pigeon", "way": "up"}, follow=True)
    assert "pigeon is no channel" in refused.content.decode()
    assert browser.put(address, json.dumps({"kinds": ["sms"]}), content_type="application/json").status_code == 400
    assert browser.put(address, json.dumps({"kinds": []}), content_type="application/json").json()["entered"] is False
    browser.post(reverse("order_channels"), {"kind": "email", "way": "up"})
    browser.post(reverse("order_channels"), {"way": "as_entered"})
    assert queries.channel_order() == ()


def test_only_who_sets_channels_up(reached: User) -> None:
    with pytest.raises(NotAllowed):
        set_channel_order(actor=reached, kinds=AS_OFFERED, now=NOW)
    assert signed_in(reached).post(reverse("order_channels"), {"kind": "sms", "way": "up"}).status_code in (302, 403, 404)
    assert queries.channel_order() == ()

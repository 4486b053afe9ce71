"""Ways out: devices by HTTP template with their fates and tests, and receipts, those of a gateway that lies among them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from tests.mobilisation.public_warnings.drafting import issued
from tests.people import LICANG, YANTAI, make_person, signed_in
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.federation.rules.outcomes import Outcome
from tocsin.federation.services.outgoing import Reply
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.models import ReceiptFault, WarningDelivery, WarningOutlet
from tocsin.mobilisation.public_warnings.queries.reach import devices_of, reach_by_town
from tocsin.mobilisation.public_warnings.rules.outlets import OutletKind
from tocsin.mobilisation.public_warnings.services import delivering, outlets, queueing
from tocsin.mobilisation.public_warnings.services.outlets import NewOutlet
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.mobilisation.public_warnings.services.receipts import take_receipt
from tocsin.mobilisation.public_warnings.services.subscribers import NewSubscriber, take_subscribers
from tocsin.notices.channels.rules.letters import Receipt
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.channels.services import gateway

pytestmark = pytest.mark.django_db
HERE, NEXT_DOOR = "370213001", "370202001"
NOW = timezone.now().replace(microsecond=0)
TEMPLATE = """url = "https://screens.example.org/show"
body = { id = "$id", text = "$text", level = "$level", area = "$polygons", type = "$type" }
taken = { path = "code", values = ["0"], later = ["9"] }
"""


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def keeper() -> User:
    return make_person("system_administrator", "370200")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What devices were sent; they answer what `code` says."""
    found: list[dict[str, Any]] = []

    def request(url: str, body: bytes, **named: Any) -> Reply:
        found.append({"url": url, "body": body.decode(), **named})
        return Reply(Outcome.TAKEN, 200, b'{"code": 0}', "HTTP 200")

    monkeypatch.setattr(gateway, "request", request)
    return found


def screen(keeper: User, **changed: Any) -> WarningOutlet:
    given: dict[str, Any] = {
        "region_code": LICANG,
        "name": "Station square",
        "kind": OutletKind.SCREEN,
        "template": TEMPLATE,
        "longest": 12,
    }
    return outlets.register_outlet(actor=keeper, new=NewOutlet(**(given | changed)), now=NOW)


def goes_out(**changed: Any) -> Any:
    known = User.objects.filter(username__startswith="shift_leader").first()
    leader = known or make_person("shift_leader", organisation="monitoring_centre")
    out = issued(leader, NOW, **{"expires_at": NOW + timedelta(hours=6), "places": NewPlaces(units=["370213"]), **changed})
    while queueing.queue_deliveries(now=NOW) or delivering.send_deliveries(now=NOW):
        pass
    return out


def test_a_screen_shows_what_concerns_it_shortened_and_once(keeper: User, asked: list[dict[str, Any]]) -> None:
    screen(keeper)
    screen(keeper, name="Harbour", town_code="370213003")
    out = goes_out(places=NewPlaces(towns=HERE))
    assert [(name, fate) for name, fate, _words in devices_of(out)] == [("Station square", "sent")]
    [sent] = asked
    assert '"text": "石牛山路燃气泄漏黄色预…"' in sent["body"] and '"level": "yellow"' in sent["body"]
    assert sent["private"] == (), "what was registered on a page may not lie inside"
    assert {row.told for row in reach_by_town(out)} == {0}, "a screen reads nothing"
    goes_out(exercise=True)
    assert len(asked) == 1, "an exercise leaves nowhere"


BAD = [
    ("no TOML", {"template": "url = "}, "can't be read"),
    ("an unknown key", {"template": 'url = "https://a.example"\ncolour = 1'}, "can't be read"),
    ("no host", {"template": 'url = "ftp://a.example"'}, "name a host"),
    ("another secret of the server", {"template": 'url = "https://a.example"\nsecret_env = "DATABASE_URL"'}, "TOCSIN_OUT_"),
    ("a file of the server", {"template": 'url = "https://a.example"\ncertificates = "/etc/x"'}, "no file"),
    ("a webhook in the clear", {"kind": OutletKind.WEBHOOK, "template": 'url = "http://a.example"'}, "name a host"),
    ("a town elsewhere", {"town_code": NEXT_DOOR}, "no town"),
    ("a city", {"region_code": "370200"}, "county or district"),
]


@pytest.mark.parametrize(("changed", "why"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_no_device_is_refused(keeper: User, changed: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        screen(keeper, **changed)


def test_the_page_registers_tries_and_takes_out(keeper: User, asked: list[dict[str, Any]]) -> None:
    client = signed_in(keeper)
    form = {"region_code": LICANG, "name": "Square", "kind": "screen", "template": TEMPLATE, "town_code": "", "language": "zh"}
    refused = client.post("/warnings/channels/", {**form, "template": "x"})
    assert (refused.status_code, "be read:" in refused.content.decode()) == (400, True)
    client.post("/warnings/channels/", form)
    made = WarningOutlet.objects.get()
    page = client.post(f"/warnings/channels/{made.pk}/test/", follow=True).content.decode()
    assert "The device was asked: taken" in page
    assert "测试" in asked[0]["body"] and '"type": "Test"' in asked[0]["body"]
    client.post(f"/warnings/channels/{made.pk}/end/")
    goes_out()
    assert len(asked) == 1
    with pytest.raises(WarningOutlet.DoesNotExist):
        outlets.end_outlet(actor=make_person("system_administrator", YANTAI), outlet_id=made.pk, now=NOW)
    with pytest.raises(NotAllowed):
        screen(make_person("duty_officer"))


def test_a_gateway_that_lies_changes_nothing(keeper: User, asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    made = screen(keeper)
    take_subscribers(actor=keeper, rows=[NewSubscriber("sms", "13900000001", HERE)], now=NOW)
    goes_out()
    mine = WarningDelivery.objects.get(channel="outlet")
    waits = WarningDelivery.objects.get(channel="sms")
    WarningDelivery.objects.filter(pk=waits.pk).update(fate="queued", attempts=0)

    def tell(number: object, channel: str = "outlet", outlet: str = str(made.pk)) -> bool:
        return take_receipt(Receipt(f"warning-{number}", Fate.DELIVERED), channel=channel, outlet_id=outlet, now=NOW)

    assert not tell(10**9)
    assert not tell("x")
    assert not tell(waits.pk, outlet=""), "of another channel"
    assert not tell(mine.pk, outlet="another"), "of another device"
    assert not tell(waits.pk, channel="sms", outlet=""), "it has not left"
    assert set(WarningDelivery.objects.values_list("fate", flat=True)) == {"sent", "queued"}
    assert tell(mine.pk) and tell(mine.pk), "a second time is taken, and counted as such"
    mine.refresh_from_db()
    assert (mine.fate, mine.delivered_at) == ("delivered", NOW)
    counts = dict(ReceiptFault.objects.filter(channel="outlet").values_list("reason", "count"))
    assert counts == {"unknown": 2, "other": 2, "twice": 1}
    assert ReceiptFault.objects.get(channel="sms").reason == "too_early"
    assert "for no letter 2" in signed_in(keeper).get("/warnings/channels/").content.decode()


def test_pauses_between_tries_double(keeper: User, asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    screen(keeper)
    busy = Reply(Outcome.TAKEN, 200, b'{"code": 9}', "HTTP 200")
    monkeypatch.setattr(gateway, "request", lambda *_given, **_named: busy)
    goes_out()
    pauses = []
    for _attempt in range(4):
        row = WarningDelivery.objects.get()
        assert row.not_before is not None
        pauses.append(round((row.not_before - timezone.now()).total_seconds() / 60))
        WarningDelivery.objects.update(not_before=None)
        delivering.send_deliveries(now=NOW)
    assert pauses == [1, 2, 4, 8]
    assert WarningDelivery.objects.get().fate == "failed"

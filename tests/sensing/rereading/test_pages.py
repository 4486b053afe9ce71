"""Pages and API of kept messages."""

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.sensing.rereading.asides import NOW, add_channel, keep, register, unread
from tocsin.sensing.quarantine.models import KeptMessage, KeptRoom, QuarantinedMessage
from tocsin.sensing.quarantine.rules import Reason
from tocsin.sensing.rereading.models import Rereading

pytestmark = pytest.mark.django_db

PAGE, API = "/sensing/quarantine/kept/", "/api/v1/sensing/"


@pytest.fixture(autouse=True)
def _now(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def client() -> Client:
    register("well-1", "well-2")
    keep(unread("well-1", {"wind": 3}, minutes=9), unread("well-1", b'<script>alert("x")</script>', minutes=8))
    keep(unread("well-2", b"\x00\xff", minutes=7, reason=Reason.UNREADABLE))
    return signed_in(make_person("rule_engineer", LICANG))


def choice(**values: str) -> dict[str, str]:
    return {"device": "", "reason": "", "begins": "", "ends": "", **values}


def test_the_list_is_cut_by_what_was_chosen(client: Client) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    assert page.content.count(b"/sensing/quarantine/kept/0") == 3
    page = client.get(PAGE, {"device": "well-2"})
    assert page.content.count(b"/sensing/quarantine/kept/0") == 1
    assert client.get(PAGE, {"reason": "unreadable", "begins": "2026-11-29T16:10"}).status_code == 200
    file = client.get(PAGE, {"format": "csv", "device": "well-1"}).getvalue().decode("utf-8-sig")
    assert len(file.strip().splitlines()) == 3


def test_a_content_is_escaped(client: Client) -> None:
    message = KeptMessage.objects.get(content=b'<script>alert("x")</script>')
    page = client.get(f"{PAGE}{message.pk}/").content
    assert b"&lt;script&gt;alert" in page
    assert b'<script>alert("x")' not in page
    bytes_ = KeptMessage.objects.get(device_code="well-2")
    assert b"0000  00 ff" in client.get(f"{PAGE}{bytes_.pk}/").content


def test_a_dry_run_and_trying_again(client: Client) -> None:
    add_channel("well-1", "wind")
    page = client.post(f"{PAGE}try/", choice(device="well-1"))
    assert page.status_code == 200
    words = " ".join(words_of(page.content))
    assert "2 of 2" in words
    assert "Can be read 1" in words
    assert not Rereading.objects.exists()
    assert client.post(f"{PAGE}reread/", choice(device="well-1"))["location"] == f"{PAGE}?device=well-1"
    asked = Rereading.objects.get()
    assert (asked.found, asked.device_code) == (2, "well-1")
    page = client.post(f"{PAGE}reread/", choice(device="well-1"), follow=True)
    assert "being read again already" in " ".join(words_of(page.content))
    assert Rereading.objects.count() == 1


def test_throwing_away(client: Client) -> None:
    page = client.post(f"{PAGE}discard/", choice(device="well-1", why="noise"), follow=True)
    assert "2 messages were thrown away" in " ".join(words_of(page.content))
    assert KeptMessage.objects.count() == 1


def test_what_was_dropped_is_told(client: Client) -> None:
    KeptRoom.objects.filter(device__code="well-2").update(dropped=41, last_dropped_at=NOW)
    assert "41 messages of well-2 found no place" in " ".join(words_of(client.get(PAGE).content))
    (room, *_others) = [one for one in client.get(f"{API}kept-rooms").json()["items"] if one["dropped"]]
    assert (room["device_code"], room["dropped"], room["messages"]) == ("well-2", 41, 1)


def test_both_languages(client: Client) -> None:
    chinese = signed_in(make_person("rule_engineer", SHINAN), "zh-hans")
    with translation.override("zh-hans"):
        assert "已保存的报文" in chinese.get(PAGE).content.decode()


def test_others_see_nothing_of_it(client: Client) -> None:
    stranger = signed_in(make_person("rule_engineer", SHINAN))
    message = KeptMessage.objects.first()
    assert message is not None
    assert stranger.get(PAGE).content.count(b"/sensing/quarantine/kept/0") == 0
    assert stranger.get(f"{PAGE}{message.pk}/").status_code == 404
    assert stranger.get(f"{API}kept-messages/{message.pk}").status_code == 404
    analyst = signed_in(make_person("analyst", LICANG))
    assert analyst.get(PAGE).status_code == 403


def test_the_page_of_quarantine_leads_there(client: Client) -> None:
    message = KeptMessage.objects.get(device_code="well-2")
    QuarantinedMessage.objects.create(
        device_id=message.device_id,
        device_code="well-2",
        region_code=LICANG,
        reason=Reason.UNREADABLE,
        door="mqtt",
        count=7,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    page = client.get("/sensing/quarantine/").content.decode()
    assert f"{PAGE}?device=well-2&amp;reason=unreadable" in page
    assert [one["kept"] for one in client.get(f"{API}quarantine").json()["items"]] == [1]
    assert f"{PAGE}?device=well-2" in client.get(f"/sensing/devices/{message.device_id}/").content.decode()


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"{API}{path}", json.dumps(body), content_type="application/json")


def test_programs_do_the_same(client: Client) -> None:
    found = client.get(f"{API}kept-messages", {"device": "well-2"}).json()
    assert (found["total"], found["items"][0]["reason"], found["items"][0]["size"]) == (1, "unreadable", 2)
    detail = client.get(f"{API}kept-messages/{found['items'][0]['id']}").json()
    assert (base64.b64decode(detail["content"]), detail["is_hex"]) == (b"\x00\xff", True)
    add_channel("well-1", "wind")
    tally = post(client, "kept-messages/try", {"device": "well-1"}).json()
    assert (tally["found"], tally["tried"], tally["whole"], tally["unread"], tally["readings"]) == (2, 2, 1, 1, 1)
    assert [(one["reason"], one["count"]) for one in tally["reasons"]] == [("unreadable", 1)]
    asked = post(client, "rereadings", {"device": "well-1"})
    assert asked.status_code == 201
    assert client.get(f"{API}rereadings/{asked.json()['id']}").json()["state"] == "open"
    assert client.get(f"{API}rereadings").json()["total"] == 1
    assert post(client, "rereadings", {"device": "well-1"}).status_code == 409
    assert post(client, "rereadings", {"device": "well-9"}).status_code in (400, 422)
    assert post(client, "kept-messages/discard", {"device": "well-2", "why": "noise"}).json() == {"messages": 1}

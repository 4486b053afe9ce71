"""A platform joined by its page: against a real server, tried without writing, switched on, asked; its key lies sealed."""

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, SHINAN, make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.federation.rules import addresses
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.platforms import queries
from tocsin.supervision.platforms.models import Connector, PlatformTable
from tocsin.supervision.platforms.policy import LATENESS, Lateness, Platform
from tocsin.supervision.platforms.services.connectors import run_connectors
from tocsin.supervision.platforms.services.dry_run import dry_run
from tocsin.supervision.platforms.services.joining import InnerNetworks, change_platform, enter_platform, switch_platform
from tocsin.supervision.platforms.services.keys import seal_platforms_anew

pytestmark = pytest.mark.django_db

KEY = "s3cret-of-ecology"


@dataclass
class Foreign:
    """Another platform: what it answers, and what it was asked."""

    port: int = 0
    body: bytes = b"[]"
    asked: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> Iterator[Foreign]:
    held = Foreign()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked.append((self.path, self.headers.get("Authorization", "")))
            known = self.headers.get("Authorization") == f"Bearer {KEY}"
            self.send_response(200 if known else 403)
            self.end_headers()
            self.wfile.write(held.body if known else b"no")

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    held.port = server.server_port
    shipped = LATENESS.current()
    inner = Lateness(shipped.late_h, shipped.dead_h, shipped.tally_days, ("127.0.0.1",))
    monkeypatch.setattr(queries, "usual_lateness", lambda: inner)
    stand_at(monkeypatch, NOW)
    yield held
    server.shutdown()


@pytest.fixture
def firm() -> SupervisedObject:
    return make_object("甲厂", organisation=make_body("firm-a"), trade="fine_chemical_batch")


@pytest.fixture
def supervisor() -> User:
    return make_named_person("supervisor", "supervisor")


def answer(firm: SupervisedObject) -> bytes:
    at = (NOW - timedelta(hours=1)).isoformat()
    rows = [
        {"code": firm.code, "time": at, "smoke": {"flow": "正常"}},
        {"code": "QC-nobody", "time": at, "smoke": {"flow": 3}},
        {"code": firm.code, "time": "soon", "smoke": {"flow": 3}},
    ]
    return json.dumps({"data": {"items": rows}, "next": "c-2"}, ensure_ascii=False).encode()


def settings_of(foreign: Foreign, **changes: Any) -> Platform:
    told: dict[str, Any] = {
        "platform": "ecology",
        "level": "province",
        "region": LICANG,
        "way": "pull",
        "url": f"http://127.0.0.1:{foreign.port}/records?after=$cursor",
        "headers": {"Authorization": "Bearer $secret"},
        "rows": "data.items",
        "cursor": "next",
        "words": {"value": {"正常": 1.0}},
        "fields": {"firm": "code", "at": "time", "value": "smoke.flow", "source": "=emission_monitor"},
    }
    return Platform(**{**told, **changes})


def test_a_dry_run_shows_what_would_be_taken_and_writes_nothing(
    foreign: Foreign, firm: SupervisedObject, supervisor: User
) -> None:
    foreign.body = answer(firm)
    made = enter_platform(actor=supervisor, name="ecology", platform=settings_of(foreign), key=KEY, now=NOW)
    found = dry_run(actor=supervisor, table_id=made.pk, now=NOW)
    assert (found.rows, found.good, found.problem) == (3, 1, None)
    assert found.sample == [("code", firm.code), ("time", found.sample[1][1]), ("smoke.flow", "正常")]
    assert [(one.position, one.refused is None) for one in found.records] == [(1, False), (2, False), (0, True)]
    assert dict(found.records[2].fields)["value"] == "1.0"
    assert foreign.asked == [("/records?after=", f"Bearer {KEY}")]
    assert not EvidenceRecord.objects.exists() and not Connector.objects.exists()
    assert KEY not in made.sealed and KEY not in str(made.entered)
    assert KEY not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_it_is_asked_once_it_is_switched_on_and_no_more_when_off(
    foreign: Foreign, firm: SupervisedObject, supervisor: User
) -> None:
    foreign.body = answer(firm)
    made = enter_platform(actor=supervisor, name="ecology", platform=settings_of(foreign), key=KEY, now=NOW)
    assert run_connectors(now=NOW) == 0
    switch_platform(actor=supervisor, table_id=made.pk, on=True, now=NOW)
    assert run_connectors(now=NOW) == 1
    state = Connector.objects.get(name="ecology")
    assert (state.taken, state.refused, state.cursor) == (1, 2, "c-2") and EvidenceRecord.objects.count() == 1
    later = NOW + timedelta(minutes=10)
    run_connectors(now=later)
    assert foreign.asked[-1][0] == "/records?after=c-2"
    switch_platform(actor=supervisor, table_id=made.pk, on=False, now=later)
    assert run_connectors(now=later + timedelta(hours=1)) == 0
    assert EvidenceRecord.objects.count() == 1, "what it brought stays"


def test_an_answer_that_can_not_be_read_is_shown_as_it_begins(foreign: Foreign, supervisor: User) -> None:
    foreign.body = b'{"result": []}'
    made = enter_platform(actor=supervisor, name="ecology", platform=settings_of(foreign), key=KEY, now=NOW)
    found = dry_run(actor=supervisor, table_id=made.pk, now=NOW)
    assert found.problem is not None and "data.items" in str(found.problem) and found.beginning == '{"result": []}'
    change_platform(actor=supervisor, table_id=made.pk, platform=settings_of(foreign), key="wrong", now=NOW)
    refused = dry_run(actor=supervisor, table_id=made.pk, now=NOW)
    assert refused.problem is not None and "refuses the key" in str(refused.problem) and not refused.beginning


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no address": ({"url": "ftp://there"}, "begins with"),
    "no subject": ({"way": "bus"}, "subject"),
    "a field that is needed": ({"fields": {"firm": "a", "at": "b"}}, "value, source"),
    "a field that is unknown": (
        {"fields": {"firm": "a", "at": "b", "value": "c", "source": "d", "colour": "e"}},
        "have no colour",
    ),
    "a source that is none": ({"fields": {"firm": "a", "at": "b", "value": "c", "source": "=rumour"}}, "no source"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_settings_are_refused_in_words(foreign: Foreign, supervisor: User, case: str) -> None:
    changes, words = WRONG[case]
    with pytest.raises(InvalidInput, match=words):
        enter_platform(actor=supervisor, name="ecology", platform=settings_of(foreign, **changes), now=NOW)
    assert not PlatformTable.objects.exists()


def test_a_key_goes_to_no_other_address_and_names_are_taken_once(foreign: Foreign, supervisor: User) -> None:
    made = enter_platform(actor=supervisor, name="ecology", platform=settings_of(foreign), key=KEY, now=NOW)
    elsewhere = settings_of(foreign, url="https://elsewhere.example/records")
    with pytest.raises(InvalidInput, match="enter its key anew"):
        change_platform(actor=supervisor, table_id=made.pk, platform=elsewhere, now=NOW)
    moved = change_platform(actor=supervisor, table_id=made.pk, platform=elsewhere, forget_key=True, now=NOW)
    assert moved.sealed == ""
    with pytest.raises(Conflict, match="already"):
        enter_platform(actor=supervisor, name="ecology", platform=settings_of(foreign), now=NOW)


def test_only_who_keeps_the_register_there(foreign: Foreign, supervisor: User) -> None:
    made = enter_platform(actor=supervisor, name="ecology", platform=settings_of(foreign), key=KEY, now=NOW)
    neighbour = make_named_person("neighbour", "supervisor", region=SHINAN)
    with pytest.raises(PlatformTable.DoesNotExist):
        dry_run(actor=neighbour, table_id=made.pk, now=NOW)
    with pytest.raises(NotAllowed):
        enter_platform(actor=neighbour, name="other", platform=settings_of(foreign), now=NOW)
    with pytest.raises(NotAllowed):
        change_platform(actor=supervisor, table_id=made.pk, platform=settings_of(foreign, region=SHINAN), now=NOW)
    assert signed_in(neighbour).get(f"/work/platforms/joining/{made.pk}/").status_code == 404
    assert not foreign.asked


def test_the_keys_are_sealed_anew(foreign: Foreign, supervisor: User) -> None:
    made = enter_platform(actor=supervisor, name="ecology", platform=settings_of(foreign), key=KEY, now=NOW)
    assert seal_platforms_anew(after=0, limit=10).lost == 0
    PlatformTable.objects.filter(pk=made.pk).update(sealed="gAAAA-broken")
    assert seal_platforms_anew(after=0, limit=10).lost == 1
    found = dry_run(actor=supervisor, table_id=made.pk, now=NOW)
    assert found.problem is not None and "enter it anew" in str(found.problem)


@pytest.mark.parametrize("lacks", ["platform", "level"])
def test_a_platform_without_a_name_or_level_is_refused_by_name(supervisor: User, lacks: str) -> None:
    asked = {"name": "x", "platform": "ecology", "level": "city", "region_code": LICANG, "fields": {}} | {lacks: ""}
    api = "/api/v1/supervision/platform-tables"
    answer = signed_in(supervisor).post(api, json.dumps(asked), content_type="application/json")
    assert answer.status_code == 422
    assert lacks in answer.content.decode()


def test_the_whole_way_on_the_pages(foreign: Foreign, firm: SupervisedObject, supervisor: User) -> None:
    foreign.body = answer(firm)
    browser, api = signed_in(supervisor), "/api/v1/supervision/platform-tables"
    form = {
        "name": "ecology",
        "title": "Ecology",
        "platform": "ecology",
        "level": "province",
        "region": LICANG,
        "url": f"http://127.0.0.1:{foreign.port}/records?after=$cursor",
        "headers": "Authorization: Bearer $secret",
        "key": KEY,
        "rows": "data.items",
        "cursor": "next",
        "words": "value: 正常=1",
        "from_firm": "code",
        "from_at": "time",
        "from_value": "smoke.wrong",
        "from_source": "=emission_monitor",
    }
    assert "/work/platforms/joining/" in browser.get("/work/platforms/").content.decode()
    assert browser.get("/work/platforms/joining/").status_code == 200
    browser.post("/work/platforms/joining/enter/", form)
    made = PlatformTable.objects.get()
    page = f"/work/platforms/joining/{made.pk}"
    tried = browser.post(f"{page}/try/").content.decode()
    assert "3 records: 0 would" in tried and "the row has no “smoke.wrong”" in tried and "smoke.flow" in tried
    browser.post(f"{page}/change/", {**form, "from_value": "smoke.flow", "key": ""})
    tried = browser.post(f"{page}/try/").content.decode()
    assert "3 records: 1 would" in tried and KEY not in tried
    browser.post(f"{page}/switch/", {"on": "yes"})
    run_connectors(now=NOW)
    state = Connector.objects.get(name="ecology")
    assert f"{page}/" in browser.get(f"/work/platforms/{state.pk}/").content.decode()
    assert f"/work/platforms/{state.pk}/" in browser.get(f"{page}/").content.decode()
    (one,) = browser.get(api).json()
    assert (one["has_key"], one["is_on"]) == (True, True) and KEY not in json.dumps(one)
    assert browser.post(f"{api}/{made.pk}/dry-run").json()["rows"] == 3
    assert _put(browser, f"{api}/{made.pk}/switch", {"on": False})["is_on"] is False
    bad = browser.post(f"{page}/change/", {**form, "words": "value 正常=1"}, follow=True).content.decode()
    assert "can&#x27;t be read" in bad


def _put(browser: Client, path: str, body: dict[str, Any]) -> Any:
    return browser.post(path, body, content_type="application/json").json()


def test_a_platform_of_the_intranet_is_asked_within_the_networks_that_were_named(
    foreign: Foreign, firm: SupervisedObject, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loopback stands for an inner network here: the server of the test stands there."""
    monkeypatch.setattr(queries, "usual_lateness", LATENESS.current)
    foreign.body = answer(firm)
    made = enter_platform(actor=supervisor, name="ecology", platform=settings_of(foreign), key=KEY, now=NOW)
    refused = dry_run(actor=supervisor, table_id=made.pk, now=NOW)
    assert "which is inside" in str(refused.problem) and foreign.asked == []
    with pytest.raises(InvalidInput, match="organisation's own"):
        _allow(supervisor, made, foreign, "127.0.0.1")
    monkeypatch.setattr(addresses, "INNER", (*addresses.INNER, ip_network("127.0.0.0/8")))
    with pytest.raises(InvalidInput, match="Say why"):
        _allow(supervisor, made, foreign, "127.0.0.1", reason=" ")
    _allow(supervisor, made, foreign, "127.0.0.1")
    assert dry_run(actor=supervisor, table_id=made.pk, now=NOW).good == 1
    entry = AuditEntry.objects.filter(action="platform.changed").latest("pk")
    assert entry.details["inner"] == ["127.0.0.1/32"] and entry.details["reason"] == "stands in the intranet"
    with pytest.raises(ValueError, match="this machine itself"):
        LATENESS.read(LATENESS.text.replace("inner = []", 'inner = ["127.0.0.0/8"]').encode(), "a version")


def _allow(supervisor: User, made: PlatformTable, foreign: Foreign, network: str, reason: str = "stands in the intranet") -> None:
    inner = InnerNetworks((network,), reason)
    change_platform(actor=supervisor, table_id=made.pk, platform=settings_of(foreign), inner=inner, now=NOW)

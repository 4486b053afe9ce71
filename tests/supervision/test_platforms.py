"""Platforms that tell of firms: each record counts once, each way in is tried, and silence is not health."""

import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tests.supervision.presence import make_key_person
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.engine.work.production.signs import strongest_of_senders
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.evidence.services import NewEvidence, take_evidence
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.platforms.models import Connector
from tocsin.supervision.platforms.policy import read_platforms, settings_of_file
from tocsin.supervision.platforms.queries import platform_rows, platforms
from tocsin.supervision.platforms.rules import Standing, verdict_on
from tocsin.supervision.platforms.services.connectors import ask, run_connectors, take_pushed
from tocsin.supervision.platforms.services.senders import bind_token
from tocsin.supervision.platforms.services.trial import trial
from tocsin.supervision.platforms.shown import words_of
from tocsin.supervision.posts.models import PresenceSign
from tocsin.supervision.work.queries.firms import days_from, firm_of


@pytest.fixture
def firm(db: None) -> SupervisedObject:
    return make_object("甲厂", organisation=make_body("firm-a"), trade="fine_chemical_batch")


@pytest.fixture
def supervisor(db: None) -> User:
    return make_named_person("supervisor", "supervisor")


def evidence(firm: str, **changes: Any) -> NewEvidence:
    fields = {"firm": firm, "source": "video", "at": NOW - timedelta(hours=1), "value": 3.0, "platform": "city", "level": "city"}
    return NewEvidence(**{**fields, **changes})


def test_each_record_counts_once_or_is_refused_with_its_reason(firm: SupervisedObject, supervisor: User) -> None:
    records = [
        evidence(firm.code),
        evidence(firm.code),
        evidence("nobody"),
        evidence(firm.code, source="hearsay"),
        evidence(firm.code, at=NOW + timedelta(days=1)),
        evidence(firm.code, value=float("nan")),
        evidence(firm.code, at=datetime(2026, 11, 24, 1)),  # noqa: DTZ001 - the point
        evidence(firm.code, level="province"),  # a copy of a higher level is kept; the judgement counts it once
    ]
    taken = take_evidence(actor=supervisor, records=records, now=NOW)
    assert (taken.taken, [position for position, _ in taken.refused]) == (2, [2, 3, 4, 5, 6])
    assert "match it first" in str(dict(taken.refused)[2]) and "hearsay" in str(dict(taken.refused)[3])
    again = take_evidence(actor=supervisor, records=records[:1], now=NOW + timedelta(minutes=1))
    assert (again.taken, again.known) == (0, 1)
    elsewhere = make_named_person("far", "supervisor", region="370202")
    assert take_evidence(actor=elsewhere, records=records[:1], now=NOW).refused


PULL = """
[ecology]
platform = "ecology"
level = "province"
region = "370213"
way = "pull"
url = "http://127.0.0.1:{port}/records?after=$cursor"
headers = {{ Authorization = "Bearer $secret" }}
secret_env = "TOCSIN_TEST_SECRET"
private = ["127.0.0.1"]
every_s = 60
rows = "data.items"
cursor = "next"
words = {{ value = {{ "停" = 0, "产" = 1 }} }}
fields = {{ firm = "code", at = "t", value = "v", source = "=video" }}
"""


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A platform that answers what the test lays into it."""
    held: dict[str, Any] = {"status": 200, "asked": []}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held["asked"].append((self.path, self.headers["Authorization"]))
            self.send_response(held["status"])
            self.end_headers()
            self.wfile.write(held["body"] if isinstance(held["body"], bytes) else json.dumps(held["body"]).encode())

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    held["port"] = server.server_port
    monkeypatch.setenv("TOCSIN_TEST_SECRET", "s3cret")
    path = settings.CONFIGURATION.data / "platforms.toml"
    path.write_text(PULL.format(port=server.server_port), encoding="utf-8")
    yield held
    path.unlink()
    server.shutdown()


def test_a_platform_is_joined_by_configuration(firm: SupervisedObject, platform: dict[str, Any]) -> None:
    at = "2026-11-25 09:00:00"  # of Qingdao, without a zone
    rows = [{"code": firm.code, "t": at, "v": "产"}, {"code": firm.code, "t": "soon", "v": 1}, {"code": firm.code, "t": at}]
    platform["body"] = {"data": {"items": rows}, "next": "c7"}
    assert run_connectors(now=NOW) == 1
    state = Connector.objects.get(name="ecology")
    assert (state.taken, state.refused, state.cursor, state.last_error) == (1, 2, "c7", {})
    assert any(one["figures"].get("value") == "soon" for one in state.last_refused)
    record = EvidenceRecord.objects.get(object=firm)
    assert (record.value, record.stamped_at) == (1.0, datetime(2026, 11, 25, 1, tzinfo=UTC))
    assert run_connectors(now=NOW + timedelta(seconds=30)) == 0  # not yet
    platform["status"] = 503
    assert run_connectors(now=NOW + timedelta(seconds=61)) == 1
    platform["status"], platform["body"] = 200, b"<html>"
    assert run_connectors(now=NOW + timedelta(seconds=122)) == 1
    state.refresh_from_db()
    with translation.override("zh-hans"):
        assert words_of(state.last_error) == "第 1 行第 1 列起不是 JSON：Expecting value。"
    assert state.cursor == "c7"  # nothing is lost: the next request asks from there again
    assert platform["asked"][1:] == [("/records?after=c7", "Bearer s3cret")] * 2
    assert "s3cret" not in json.dumps([state.last_refused, state.last_error])


WRONG = [
    (b'[a]\nplatform = "p"', "level"),
    (PULL.format(port=1).replace('"=video"', '"=rumour"').encode(), "rumour"),
    (PULL.format(port=1).replace('firm = "code", ', "").encode(), "firm"),
    (PULL.format(port=1).replace("http://", "ftp://").encode(), "url"),
    (PULL.format(port=1).replace('way = "pull"', 'way = "bus"').encode(), "subject"),
    (PULL.format(port=1).replace("every_s", "evry_s").encode(), "evry_s"),
    (PULL.format(port=1).replace("every_s", "late_h = 80\nevery_s").encode(), "late_h"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_settings_of_a_platform_that_can_not_be_read_are_named(text: bytes, named: str) -> None:
    (wrong,) = read_platforms(text).wrong
    assert named in str(wrong)


def test_one_wrong_table_stops_no_other() -> None:
    read = read_platforms(FOLDER.encode() + b'[broken]\nregion = "370202"\n')
    assert list(read.found) == ["gate"]
    assert [(one.name, one.region) for one in read.wrong] == [("broken", "370202")]
    assert read_platforms(b"[gate").wrong[0].name == ""


FOLDER = """
[gate]
platform = "gate"
level = "firm"
region = "370213"
way = "folder"
every_s = 5
form = "csv"
fields = { firm = "企业", at = "时间", value = "人数", source = "=gate_headcount" }
"""


def test_files_are_read_from_a_folder_and_never_lost(firm: SupervisedObject, tmp_path: Path, monkeypatch: Any) -> None:
    data = settings.CONFIGURATION.data
    (data / "platforms.toml").write_text(FOLDER, encoding="utf-8")
    into = data / "platforms" / "gate" / "in"
    shutil.rmtree(into.parent, ignore_errors=True)
    into.mkdir(parents=True)
    table = f"企业,时间,人数\n{firm.code},2026-11-25 08:00,12\n{firm.code},gestern,1\n"
    (into / "one.csv").write_bytes(table.encode("gb18030"))
    (into / "two.csv").write_bytes(b"\xff\xfe\x00")
    (into / "half.part").write_bytes(b"...")
    try:
        run_connectors(now=NOW)
    finally:
        (data / "platforms.toml").unlink()
    names = {path.name for path in (into.parent / "done").iterdir()}, {path.name for path in (into.parent / "refused").iterdir()}
    assert names == ({"one.csv", "one.csv.reasons.txt"}, {"two.csv", "two.csv.reasons.txt"})
    assert "row 2: at" in (into.parent / "done" / "one.csv.reasons.txt").read_text(encoding="utf-8")
    assert [path.name for path in into.iterdir()] == ["half.part"]
    assert EvidenceRecord.objects.get(object=firm).value == 12


SIGNS = """
[gates]
kind = "signs"
platform = "gates"
level = "county"
region = "370213"
way = "pull"
url = "http://127.0.0.1:{port}/signs"
private = ["127.0.0.1"]
rows = "list"
fields = {{ firm = "unit.code", person = "unit.worker", at = "t", value = "in", source = "=gate" }}
"""


def test_a_platform_tells_of_its_own_region_alone(firm: SupervisedObject, platform: dict[str, Any]) -> None:
    SupervisedObject.objects.filter(pk=firm.pk).update(region_code="370202")
    platform["body"] = {"data": {"items": [{"code": firm.code, "t": "2026-11-25 09:00:00", "v": "产"}]}, "next": "c7"}
    run_connectors(now=NOW)
    state = Connector.objects.get(name="ecology")
    assert (state.taken, state.refused) == (0, 1) and "region" in state.last_refused[0]["template"]
    assert not EvidenceRecord.objects.exists()


def test_what_a_platform_calls_its_cursor_stays_one_value_of_the_address(platform: dict[str, Any]) -> None:
    platform["body"] = {}
    ask(settings_of_file().found["ecology"], "c7&firm=all#/../admin 下", "")
    assert platform["asked"][0][0] == "/records?after=c7%26firm%3Dall%23%2F..%2Fadmin%20%E4%B8%8B"


def test_signs_of_people_come_over_http_too(firm: SupervisedObject, platform: dict[str, Any]) -> None:
    make_key_person(firm)
    path = settings.CONFIGURATION.data / "platforms.toml"
    path.write_text(SIGNS.format(port=platform["port"]), encoding="utf-8")
    at = int(NOW.timestamp() * 1000)
    rows = [{"unit": {"code": firm.code, "worker": who}, "t": at, "in": True} for who in ("P1", "P8")]
    platform["body"] = {"list": rows}
    assert run_connectors(now=NOW) == 1
    assert (PresenceSign.objects.get().at, PresenceSign.objects.get().value) == (NOW, 1.0)
    state = Connector.objects.get(name="gates")
    assert (state.taken, state.refused, state.kind) == (1, 1, "signs")
    assert [one.object for one in state.firms.select_related("object")] == [firm]


HOUR = timedelta(hours=1)
STANDINGS = [
    ({"last_good_at": NOW - 25 * HOUR}, Standing.ALIVE),
    ({"last_good_at": NOW - 26 * HOUR}, Standing.LATE),  # a limit belongs to the worse verdict
    ({"last_good_at": NOW - 74 * HOUR}, Standing.DEAD),
    ({"last_good_at": NOW, "failed": True}, Standing.FAILING),
    ({"last_good_at": NOW - 80 * HOUR, "failed": True}, Standing.DEAD),
    ({"last_good_at": None}, Standing.WAITING),
    ({"last_good_at": None, "joined_at": NOW - 75 * HOUR}, Standing.DEAD),  # it never spoke at all
    ({"last_good_at": NOW, "is_set_up": False}, Standing.PARTED),
]


@pytest.mark.parametrize(("told", "standing"), STANDINGS)
def test_how_a_platform_stands(told: dict[str, Any], standing: Standing) -> None:
    usual = {"joined_at": NOW - HOUR, "failed": False, "is_set_up": True, "late_h": 26.0, "dead_h": 74.0, "now": NOW}
    assert verdict_on(**{**usual, **told}).standing is standing


@pytest.fixture
def keeper(db: None) -> User:
    return make_named_person("keeper", "system_administrator")


def token_of(person: User, *scopes: Any) -> tuple[UUID, str]:
    token, secret = create_token(
        user=person, name=f"gate {len(scopes)}", scopes=scopes, now=timezone.now()
    )  # they end by the machine
    return token.pk, secret


def test_what_a_platform_pushes_is_counted_by_the_day(firm: SupervisedObject, supervisor: User, keeper: User) -> None:
    keeper.token_id = token_of(keeper, "evidence.send")[0]
    with pytest.raises(Conflict, match="bound"):
        take_pushed(actor=keeper, records=[evidence(firm.code)], now=NOW)
    bound = {"platform": "gas", "level": "utility", "region_code": LICANG, "sources": ["video"]}
    bind_token(actor=keeper, token_id=keeper.token_id, now=NOW, **bound)  # type: ignore[arg-type]
    sent = [evidence(firm.code, at=NOW - 30 * HOUR), evidence("nobody")]
    take_pushed(actor=keeper, records=sent, now=NOW - 27 * HOUR)
    later = [evidence(firm.code, at=NOW), evidence(firm.code, at=NOW - 30 * HOUR)]
    take_pushed(actor=keeper, records=later, now=NOW)
    (row,) = platform_rows(supervisor, now=NOW + HOUR)
    assert (row.taken, row.known, row.refused, row.firms) == (1, 1, 0, 1)  # of the last 24 hours
    assert (row.state.taken, row.state.refused, row.state.newest_at) == (2, 1, NOW)
    assert row.verdict.standing is Standing.ALIVE
    assert not platform_rows(make_named_person("far", "supervisor", region="370202"), now=NOW)


def test_a_token_sends_as_its_own_platform_of_its_region_and_sources_and_is_one_witness(
    firm: SupervisedObject, keeper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    token, secret = token_of(keeper, "evidence.send")
    other, _secret = token_of(keeper, "evidence.send", "supervision.see")
    page = signed_in(keeper)
    form = {"token": str(token), "platform": "gate", "level": "county", "region": LICANG, "sources": ["gate_headcount", "video"]}
    page.post("/work/platforms/bind/", form)
    assert "gate" in page.get("/work/platforms/").content.decode()
    with pytest.raises(Conflict):
        bind_token(actor=keeper, token_id=token, platform="x", level="city", region_code=LICANG, sources=["video"], now=NOW)
    with pytest.raises(InvalidInput):
        bind_token(actor=keeper, token_id=new_id(), platform="x", level="city", region_code=LICANG, sources=["video"], now=NOW)
    with pytest.raises(InvalidInput):
        bind_token(actor=keeper, token_id=other, platform="x", level="city", region_code=LICANG, sources=["hearsay"], now=NOW)
    far = make_object("远厂", region_code="370202")
    record = {"firm": firm.code, "at": NOW.isoformat(), "value": 30.0}
    rows = [
        {**record, "source": "gate_headcount"},
        {**record, "source": "video"},
        {**record, "source": "inspector_visit"},
        {**record, "source": "video", "firm": far.code},
    ]
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    told = api.post("/api/v1/supervision/evidence", {"records": rows}, content_type="application/json").json()
    assert (told["taken"], [one["position"] for one in told["refused"]]) == (2, [2, 3])
    assert set(EvidenceRecord.objects.values_list("platform", "level", "sender")) == {("gate", "county", f"token:{token}")}
    assert page.post("/api/v1/supervision/evidence", {"records": rows}, content_type="application/json").status_code == 409
    seen = firm_of(firm, days_from(date(2026, 11, 20), 6), now=NOW)
    votes = strongest_of_senders({"gate_headcount": 2.0, "video": 3.0, "gas_use": 1.0}, seen)
    assert votes == {f"token:{token}": 3.0, "gas_use": 1.0}


def test_an_answer_without_its_cursor_is_told_and_its_refused_rows_once(
    firm: SupervisedObject, platform: dict[str, Any], keeper: User
) -> None:
    row = {"code": "nobody", "t": "2026-11-25 09:00:00", "v": "产"}
    platform["body"] = {"data": {"items": [row]}}
    for minutes in (0, 10):
        run_connectors(now=NOW + timedelta(minutes=minutes))
    state = Connector.objects.get(name="ecology")
    assert "cursor" in state.last_error["template"] and len(state.last_refused) == 1
    assert [one.found for one in trial("ecology", platforms()["ecology"], now=NOW)][1] == "wrong"
    platform["body"] = {"data": {"items": [row]}, "next": None}  # the last page
    run_connectors(now=NOW + timedelta(minutes=20))
    assert Connector.objects.get(name="ecology").last_error == {}


def test_a_platform_is_tried_without_taking_anything(
    firm: SupervisedObject,
    platform: dict[str, Any],
    keeper: User,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stand_at(monkeypatch, NOW)
    row = {"code": firm.code, "t": "2026-11-25 09:00:00", "v": "产"}
    platform["body"] = {"data": {"items": [row, {**row, "code": "nobody"}]}, "next": "c7"}
    client = Client()
    client.force_login(keeper)
    known = Connector.objects.create(
        name="ecology", region_code=LICANG, way="pull", kind="evidence", platform="ecology", level="province", joined_at=NOW
    )
    told = client.post(f"/api/v1/supervision/platforms/{known.pk}/trial", headers={"Accept-Language": "en"}).json()
    assert [one["found"] for one in told] == ["good", "note", "wrong"]
    assert "1 can be taken" in told[1]["words"] and "nobody" in told[2]["words"]
    page = client.post(f"/work/platforms/{known.pk}/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "2 条记录中有 1 条可以接收" in page
    assert "#2: " in page and "s3cret" not in page
    assert not EvidenceRecord.objects.exists()
    assert "甲厂" not in client.get("/work/platforms/").content.decode()
    platform["status"] = 401
    with pytest.raises(CommandError):
        call_command("check_platforms", "ecology")
    assert "refuses the key" in capsys.readouterr().out
    sees = make_named_person("sees", "inspector")
    client.force_login(sees)
    assert client.get("/api/v1/supervision/platforms").json()[0]["standing"] == "waiting"
    assert client.post(f"/api/v1/supervision/platforms/{known.pk}/trial").status_code == 403

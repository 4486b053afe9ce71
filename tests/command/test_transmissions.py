"""A signed report to a superior platform over loopback: taken with its number, refused, silent, lying, and a sender that died."""

import asyncio
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jsonschema_rs
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from tests.clocks import SetClock
from tests.command.street import START
from tests.command.test_reports import INCIDENT, SCHEMA, sign, write
from tests.people import LICANG, make_person
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.bus.loops.driver import run_loops
from tocsin.command.casebook.models import CaseChange, Clock, Drill
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.handling.services import declaring, handling
from tocsin.command.reports import loops as senders
from tocsin.command.reports.loops import HAND_UP
from tocsin.command.reports.models import Report, Transmission
from tocsin.command.reports.queries.superiors import superiors
from tocsin.command.reports.rules.transmissions import TransmissionState, state_after
from tocsin.command.reports.services import reports
from tocsin.command.reports.services.superiors import Answer
from tocsin.command.reports.services.transmissions import Done, hand_over, look_after, settle, take
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.notices.channels.rules.verdicts import Verdict

pytestmark = pytest.mark.django_db
KEY = "the province's key"

STATES = {
    "taken": (Verdict.TAKEN, True, False, TransmissionState.TAKEN),
    "busy": (Verdict.LATER, False, True, TransmissionState.WAITING),
    "silent": (Verdict.UNKNOWN, False, True, TransmissionState.WAITING),
    "refused": (Verdict.NEVER, False, True, TransmissionState.REFUSED),
    "refused after a silence": (Verdict.NEVER, True, True, TransmissionState.UNCERTAIN),
    "busy to the end": (Verdict.LATER, False, False, TransmissionState.GIVEN_UP),
    "busy to the end after a silence": (Verdict.LATER, True, False, TransmissionState.UNCERTAIN),
    "silent at the end": (Verdict.UNKNOWN, False, False, TransmissionState.UNCERTAIN),
}


@pytest.mark.parametrize(("verdict", "perhaps", "again", "state"), STATES.values(), ids=STATES)
def test_the_state_after_an_attempt(verdict: Verdict, perhaps: bool, again: bool, state: TransmissionState) -> None:
    assert state_after(verdict, perhaps_taken=perhaps, again=again) is state


@dataclass
class Platform:
    """A superior platform that keeps each key once; its mood may change after every request."""

    moods: list[str] = field(default_factory=lambda: ["ok"])
    url: str = ""
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    forged: int = 0

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.requests.append(headers)
        mood = self.moods.pop(0) if len(self.moods) > 1 else self.moods[0]
        at, digest = (part.partition("=")[2] for part in headers["Tocsin-Signature"].split(","))
        if not hmac.compare_digest(hmac.new(KEY.encode(), f"{at}.".encode() + body, "sha256").hexdigest(), digest):
            self.forged += 1
        key = headers["Idempotency-Key"]
        if mood in ("busy", "refuse"):
            return {"busy": 503, "refuse": 422}[mood], b"{}"
        known = key in self.kept
        self.kept.setdefault(key, json.loads(body))
        told = {"code": 0, "data": {"no": f"N-{len(self.kept)}", "digest": key}}
        if mood == "silent":
            return 0, b""
        if mood == "conflict" and known:
            return 409, json.dumps(told).encode()
        lies: dict[str, bytes] = {
            "welcome page": b"<html>welcome</html>",
            "another": json.dumps(told | {"data": {"no": "N-9", "digest": "sha256:other"}}).encode(),
            "no number": json.dumps(told | {"data": {"digest": key}}).encode(),
            "error inside": b'{"code": 7}',
        }
        return 200, lies.get(mood, json.dumps(told).encode())


@contextmanager
def platform_server() -> Iterator[Platform]:
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, answer = platform.take(dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
            if status:
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    platform.url = f"http://127.0.0.1:{server.server_address[1]}/reports"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.setenv("TOCSIN_TEST_PROVINCE", KEY)
    with platform_server() as running:
        set_up(running.url)
        yield running
    (settings.CONFIGURATION.data / "superiors.toml").unlink()


def set_up(url: str, more: str = "") -> None:
    (settings.CONFIGURATION.data / "superiors.toml").write_text(
        f'["市政府平台"]\nto = "government_duty_room"\nlevel = "own"\nregion = "370200"\nurl = "{url}"\n'
        'secret_env = "TOCSIN_TEST_PROVINCE"\ntaken = { path = "code", values = ["0"], later = ["7"] }\n'
        f'receipt = "data.no"\necho = "data.digest"\n{more}'
    )


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader")


@pytest.fixture
def signed(officer: User, leader: User, clock: SetClock) -> Report:
    """An incident's report to its own government, signed."""
    ensure_regions()
    opened = {"title": "smell of gas", "place": "Shiniushan Road", "level": AlarmLevel.RED}
    case = handling.open_case_by_hand(actor=officer, region_code=LICANG, **opened)
    declaring.declare(actor=leader, case_id=case.pk, kind=INCIDENT, level="ordinary", text="explosion in a workshop")
    return sign(write(Report.objects.get(duty="own_government"), officer), leader)


def attempt() -> None:
    """What the worker's loop does with what is due, pauses left out."""
    Transmission.objects.filter(state="waiting").update(not_before=timezone.now())
    for leased in take(most=4, now=settings.CONFIGURATION.clock.now(), machine_now=timezone.now()):
        settle(Done(leased.id, senders._hand_up(leased)), machine_now=timezone.now())


def acts(report: Report) -> list[str]:
    lines = CaseChange.objects.filter(case=report.case, act__startswith="report_", figures__report=report.number)
    return list(lines.order_by("line").values_list("act", flat=True))


def test_the_platform_takes_it_and_its_number_is_the_receipt(signed: Report, officer: User, platform: Platform) -> None:
    hand_over(actor=officer, report_id=signed.pk)
    with pytest.raises(Conflict, match="on its way"):
        hand_over(actor=officer, report_id=signed.pk)
    attempt()
    signed.refresh_from_db()
    assert (signed.state, signed.sent_through, signed.sent_by, signed.receipt_number) == ("received", "platform", officer, "N-1")
    assert (signed.received_by, platform.forged) == ("市政府平台", 0)
    assert Clock.objects.get(step=Step.REPORT, subject=signed.number).met_at is not None
    assert acts(signed) == ["report_asked", "report_signed", "report_handed_over", "report_taken"]
    (kept,) = platform.kept.values()
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(kept)
    assert kept["signature"]["digest"] == signed.digest == platform.requests[0]["Idempotency-Key"]


# moods, one for each attempt -> what the desk sees after the last but one, and how often the platform keeps it
MOODS = {
    "busy": (["busy", "busy", "ok"], "HTTP 503", False),
    "silent once it has it": (["silent", "ok"], "no answer", True),
    "silent, then known already": (["silent", "conflict"], "no answer", True),
    "a page in place of an answer": (["welcome page", "ok"], "nothing readable", True),
    "acknowledges another": (["another", "ok"], "acknowledged another report", True),
    "forgets its number": (["no number", "ok"], "without a receipt number", True),
    "an error inside 200": (["error inside", "ok"], "code=7", False),
}


@pytest.mark.parametrize(("moods", "words", "perhaps"), MOODS.values(), ids=MOODS)
def test_a_platform_that_fails_stalls_or_lies_is_asked_again_under_the_same_key(
    signed: Report, officer: User, platform: Platform, moods: list[str], words: str, perhaps: bool
) -> None:
    platform.moods = list(moods)
    hand_over(actor=officer, report_id=signed.pk)
    for _ in moods[:-1]:
        attempt()
    row = Transmission.objects.get()
    assert (row.state, row.perhaps_taken, words in row.outcome) == ("waiting", perhaps, True), row.outcome
    assert Clock.objects.get(step=Step.REPORT, subject=signed.number).met_at is None
    attempt()
    row.refresh_from_db()
    signed.refresh_from_db()
    assert (row.state, row.attempts, signed.state, signed.receipt_number) == ("taken", len(moods), "received", "N-1")
    assert len({one["Idempotency-Key"] for one in platform.requests}) == len(platform.kept) == 1
    assert [one["Tocsin-Attempt"] for one in platform.requests] == [str(number + 1) for number in range(len(moods))]


def test_refused_for_good_is_told_and_goes_another_way(signed: Report, officer: User, platform: Platform) -> None:
    platform.moods = ["refuse"]
    hand_over(actor=officer, report_id=signed.pk)
    attempt()
    assert Transmission.objects.get().state == "refused"
    assert acts(signed)[-1] == "report_not_taken"
    client = Client(headers={"accept-language": "en"})
    client.force_login(officer)
    page = client.get(f"/reports/{signed.pk}/").content.decode()
    assert "refused by the platform" in page
    assert "Hand over to the platform" in page
    sent = reports.send_report(actor=officer, report_id=signed.pk, through="fax")
    assert (sent.state, sent.sent_through) == ("sent", "fax")


def test_its_time_is_over(signed: Report, officer: User, platform: Platform, clock: SetClock) -> None:
    platform.moods = ["busy"]
    row = hand_over(actor=officer, report_id=signed.pk)
    attempt()
    clock(START + timedelta(hours=3))
    assert look_after(now=settings.CONFIGURATION.clock.now(), machine_now=timezone.now()) == 1
    row.refresh_from_db()
    assert (row.state, acts(signed)[-1]) == ("given_up", "report_not_taken")


def test_what_a_dead_sender_held_is_uncertain_told_and_handed_over_again(
    signed: Report,
    officer: User,
    leader: User,
    platform: Platform,
) -> None:
    row = hand_over(actor=officer, report_id=signed.pk)
    now = settings.CONFIGURATION.clock.now()
    (leased,) = take(most=4, now=now, machine_now=timezone.now())
    senders._hand_up(leased)  # it has arrived; the sender dies before it can say so
    assert take(most=4, now=now, machine_now=timezone.now()) == []
    with pytest.raises(Conflict, match="may have this report already"):
        reports.return_report(actor=leader, report_id=signed.pk, reason="name the street")
    assert look_after(now=now, machine_now=timezone.now() + timedelta(minutes=1)) == 1
    row.refresh_from_db()
    assert (row.state, row.perhaps_taken, acts(signed)[-1]) == ("waiting", True, "report_repeated")
    attempt()
    signed.refresh_from_db()
    assert (signed.state, len(platform.kept), [one["Tocsin-Attempt"] for one in platform.requests]) == ("received", 1, ["1", "2"])
    settle(Done(row.pk, Answer(Verdict.NEVER)), machine_now=timezone.now())  # the dead one speaks after all
    row.refresh_from_db()
    assert row.state == "taken"


def test_sent_by_hand_or_given_back_withdraws_what_waits(
    signed: Report,
    officer: User,
    leader: User,
    platform: Platform,
) -> None:
    hand_over(actor=officer, report_id=signed.pk)
    reports.return_report(actor=leader, report_id=signed.pk, reason="name the street")
    again = sign(write(Report.objects.get(pk=signed.pk), officer, scene="smoke over the street"), leader)
    assert again.transmissions.filter(state="waiting").count() == 1  # it goes out at the signature
    reports.send_report(actor=officer, report_id=again.pk, through="telephone")
    attempt()
    assert [one.state for one in Transmission.objects.all()] == ["withdrawn", "withdrawn"]
    assert platform.requests == []
    with pytest.raises(Conflict, match="not yet sent"):
        hand_over(actor=officer, report_id=again.pk)


def test_who_may_hand_over_and_where_to(signed: Report, officer: User, leader: User, platform: Platform) -> None:
    with pytest.raises(NotAllowed):
        hand_over(actor=make_person("viewer"), report_id=signed.pk)
    case = signed.case
    case.drill = Drill.objects.create(name="night drill", region_code=LICANG, recipients={}, made_by=leader, made_at=START)
    case.save()
    set_up(platform.url, "exercises = true\n")
    with pytest.raises(Conflict, match="drill"):
        hand_over(actor=officer, report_id=signed.pk)
    case.drill = None
    case.save()
    set_up("ftp://inside/")
    with pytest.raises(Conflict, match="must begin with"):
        hand_over(actor=officer, report_id=signed.pk)
    (settings.CONFIGURATION.data / "superiors.toml").write_text("")
    with pytest.raises(Conflict, match="No superior platform"):
        hand_over(actor=officer, report_id=signed.pk)


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_the_workers_loop_hands_over(signed: Report, officer: User, platform: Platform) -> None:
    row = hand_over(actor=officer, report_id=signed.pk)

    async def run() -> None:
        loop = asyncio.create_task(run_loops([HAND_UP], None))  # it asks the bus nothing
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(Transmission.objects.filter(pk=row.pk, state="taken").exists):
                await asyncio.sleep(0.02)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)

    asyncio.run(run())
    signed.refresh_from_db()
    assert signed.receipt_number == "N-1"
    assert set(superiors()) == {"市政府平台"}

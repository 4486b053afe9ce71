"""How messages come: asked at a feed, pushed by a bound token; who registers a service; what is told of silence; the pages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.mobilisation.incoming_warnings.services import NOW, new_service, service, signed, take
from tests.people import LICANG, YANTAI, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.reasons import told
from tocsin.federation.rules.outcomes import Outcome, outcome_of
from tocsin.federation.services.outgoing import Reply
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.mobilisation.incoming_warnings.models import IncomingMessage, IncomingWarning, WarningService
from tocsin.mobilisation.incoming_warnings.services import pulling, quarantine, sources
from tocsin.mobilisation.incoming_warnings.services.telling import watch_silence
from tocsin.notices.messages.models import Notice

pytestmark = pytest.mark.django_db
FEED = "https://weather.example/cap/feed.atom"


@pytest.fixture
def officer() -> User:
    return make_person("duty_officer", organisation="monitoring_centre")


@pytest.fixture
def keeper() -> User:
    return make_person("system_administrator")


class Web:
    """Addresses with their answers; every request is written down."""

    def __init__(self) -> None:
        self.answers: dict[str, Reply] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def put(self, address: str, body: bytes, **headers: str) -> None:
        self.answers[address] = Reply(Outcome.TAKEN, 200, body, "HTTP 200", headers)

    def request(self, url: str, _body: None, *, headers: dict[str, str], **_given: object) -> Reply:
        self.asked.append((url, dict(headers)))
        found = self.answers.get(url)
        if found is None:
            return Reply(outcome_of(503), 503, b"", "HTTP 503")
        etag = found.headers.get("etag")
        return Reply(Outcome.NEVER, 304, b"", "HTTP 304") if etag and headers.get("If-None-Match") == etag else found


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    made = Web()
    monkeypatch.setattr(pulling, "request", made.request)
    return made


def atom(*entries: str) -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'.encode()


def linked(address: str) -> str:
    return f'<entry><updated>2026-01-03T00:00:00Z</updated><link type="application/cap+xml" href="{address}"/></entry>'


def again() -> None:
    """Its time has come once more."""
    WarningService.objects.update(next_at=timezone.now() - timedelta(seconds=1))


def test_a_feed_is_asked_for_what_is_new(keeper: User, web: Web) -> None:
    of = service(keeper, way="pull", address=FEED)
    inline = signed(identifier="inline").split(b"?>", 1)[-1].decode()
    web.put(FEED, atom(linked("a.xml"), f"<entry><content>{inline}</content></entry>"), etag='"1"')
    web.put("https://weather.example/cap/a.xml", signed())
    assert pulling.pull_services(now=NOW) == 1
    assert set(IncomingMessage.objects.values_list("identifier", "verdict")) == {
        ("370213-20260103-0001", "valid"),
        ("inline", "valid"),
    }
    assert pulling.pull_services(now=NOW) == 0, "not before its interval is over"
    again()
    pulling.pull_services(now=NOW + timedelta(minutes=5))
    assert web.asked[-1][1]["If-None-Match"] == '"1"'
    assert len(web.asked) == 3, "what has not changed is not fetched again"
    of.refresh_from_db()
    assert (of.good_at, of.failures) == (NOW + timedelta(minutes=5), 0)


FORMS = [
    ("rss with an enclosure", '<rss><channel><item><enclosure type="application/cap+xml" url="a.xml"/></item></channel></rss>'),
    ("rss with a link", "<rss><channel><item><link>https://weather.example/cap/a.xml</link></item></channel></rss>"),
]


@pytest.mark.parametrize("feed", [row[1] for row in FORMS], ids=[row[0] for row in FORMS])
def test_rss_is_read_too(keeper: User, web: Web, feed: str) -> None:
    service(keeper, way="pull", address=FEED)
    web.put(FEED, feed.encode())
    web.put("https://weather.example/cap/a.xml", signed())
    pulling.pull_services(now=NOW)
    assert IncomingWarning.objects.count() == 1


def test_one_message_at_the_address_is_a_feed_of_one(keeper: User, web: Web) -> None:
    service(keeper, way="pull", address=FEED)
    web.put(FEED, signed())
    pulling.pull_services(now=NOW)
    assert IncomingWarning.objects.count() == 1


def test_a_service_that_fails_is_asked_less_and_less(keeper: User, web: Web) -> None:
    of = service(keeper, way="pull", address=FEED)
    pauses = []
    for _ in range(5):
        again()
        pulling.pull_services(now=NOW)
        of.refresh_from_db()
        assert of.next_at is not None
        pauses.append(round((of.next_at - timezone.now()).total_seconds(), -2))
    assert pauses == [600, 1200, 2400, 3600, 3600]
    assert told(of.error) == f"{FEED}: HTTP 503"
    web.put(FEED, b"<html/>")
    again()
    pulling.pull_services(now=NOW)
    of.refresh_from_db()
    assert "neither Atom nor RSS" in told(of.error)


def test_a_message_that_can_not_be_fetched_stops_no_other(keeper: User, web: Web) -> None:
    of = service(keeper, way="pull", address=FEED)
    web.put(FEED, atom(linked("a.xml"), linked("lost.xml")), etag='"1"')
    web.put("https://weather.example/cap/a.xml", signed())
    pulling.pull_services(now=NOW)
    of.refresh_from_db()
    assert IncomingWarning.objects.count() == 1
    assert (of.good_at, of.etag) == (NOW, ""), "the feed answers; it is asked for anew until all of it is here"
    assert "lost.xml" in told(of.error)


def test_inner_addresses_are_asked_only_where_the_service_names_them(keeper: User) -> None:
    """No request leaves: the address is refused before."""
    of = service(keeper, way="pull", address="http://127.0.0.1:9/feed")
    pulling.pull_services(now=NOW)
    of.refresh_from_db()
    assert "127.0.0.1" in told(of.error)
    assert "inside" in told(of.error)


def test_silence_is_told_once_until_it_speaks_again(keeper: User, officer: User) -> None:
    of = service(keeper, silent_h=6)
    assert watch_silence(now=NOW + timedelta(hours=5)) == 0
    assert watch_silence(now=NOW + timedelta(hours=6)) == 1
    assert watch_silence(now=NOW + timedelta(hours=7)) == 0
    told_to = set(Notice.objects.filter(purpose="warning_service").values_list("why", flat=True))
    assert {"warned_desk", "keeps_warning_service"} <= told_to
    WarningService.objects.filter(pk=of.pk).update(good_at=NOW + timedelta(hours=8), silent_told_at=None)
    assert watch_silence(now=NOW + timedelta(hours=14)) == 1


def pushing(keeper: User) -> tuple[WarningService, Client]:
    """A service and the program to whose token it is bound."""
    token, secret = create_token(user=keeper, name="weather", scopes=("warnings.push",), now=timezone.now())
    of = service(keeper)
    sources.bind_push_token(actor=keeper, service_id=of.pk, token_id=token.pk, now=timezone.now())
    return of, Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


def push(client: Client, data: bytes) -> tuple[int, dict[str, Any]]:
    answer = client.post("/api/v1/mobilisation/incoming-warnings/messages", data, content_type="application/cap+xml")
    return answer.status_code, answer.json()


def test_a_push_is_answered_with_its_verdict_and_may_come_again(keeper: User, officer: User) -> None:
    _of, program = pushing(keeper)
    status, first = push(program, b"<alert/>")
    assert (status, first["known"], first["message"]["verdict"]) == (200, False, "schema")
    assert "root element" in first["message"]["reason"]
    assert push(program, b"<alert/>")[1]["known"] is True
    assert push(program, b" ")[0] == 400
    assert IncomingMessage.objects.count() == 1


def test_a_token_pushes_only_as_the_service_to_which_it_is_bound(keeper: User) -> None:
    token, secret = create_token(user=keeper, name="loose", scopes=("warnings.push",), now=timezone.now())
    loose = Client(headers={"authorization": f"Bearer {secret}"})
    assert push(loose, signed())[0] == 409
    of, program = pushing(keeper)
    with translation.override("en"), pytest.raises(Conflict, match="bound already"):
        sources.bind_push_token(actor=keeper, service_id=service(keeper, name="b").pk, token_id=of_token(of), now=timezone.now())
    sources.end_service(actor=keeper, service_id=of.pk, now=NOW)
    assert push(program, signed())[0] == 409
    assert token.pk != of.token_id


def of_token(of: WarningService) -> UUID:
    of.refresh_from_db()
    assert of.token_id is not None
    return of.token_id


REFUSED = [
    ("no name", {"name": " "}, "name"),
    ("no trust", {"certificates": ""}, "trusted"),
    ("no certificate", {"certificates": "abc"}, "PEM"),
    ("a region elsewhere", {"regions": [YANTAI]}, "outside"),
    ("no address", {"way": "pull", "address": "ftp://x"}, "address"),
    ("a password", {"way": "pull", "address": "https://a:b@x.example/"}, "password"),
    ("too often", {"way": "pull", "address": FEED, "interval_s": 1}, "60"),
]


@pytest.mark.parametrize(("changed", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_service_is_refused_with_what_to_mend(keeper: User, changed: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        sources.register_service(actor=keeper, new=new_service(**changed), now=NOW)


def test_only_who_keeps_channels_registers(officer: User) -> None:
    with pytest.raises(NotAllowed):
        sources.register_service(actor=officer, new=new_service(), now=NOW)


def test_pages(keeper: User, officer: User) -> None:
    of = service(keeper)
    take(of, signed())
    bad = take(of, b"<alert/>").message
    desk, admin = signed_in(officer), signed_in(keeper)
    found = IncomingWarning.objects.get()
    for path, words in (
        ("/warnings/in/", "暴雨橙色预警"),
        (f"/warnings/in/{found.pk}/", "不要进入地下空间"),
        ("/warnings/in/messages/", "root element"),
        (f"/warnings/in/messages/{bad.pk}/", "&lt;alert/&gt;"),
        ("/warnings/in/services/", "silent"),
        ("/waiting/", "look at a refused message"),
        ("/warnings/", "Warnings of other services"),
    ):
        answer = desk.get(path)
        assert answer.status_code == 200, path
        assert words in answer.content.decode(), path
    assert "datetime.datetime" not in desk.get(f"/warnings/in/{found.pk}/").content.decode(), (
        "its messages are no words of the frame"
    )
    assert desk.post(f"/warnings/in/messages/{bad.pk}/look/").status_code == 302
    bad.refresh_from_db()
    assert bad.looked_by == officer
    assert quarantine.look_at_message(actor=officer, message_id=bad.pk, now=NOW).looked_by == officer, "twice is once"
    form = {"region_code": LICANG, "name": "地震局", "kind": "quake", "way": "pull", "address": FEED, "takes_unsigned": "yes"}
    assert admin.post("/warnings/in/services/new/", {**form, "interval_s": "1", "silent_h": "24"}).status_code == 400
    assert admin.post("/warnings/in/services/new/", {**form, "interval_s": "120", "silent_h": "24"}).status_code == 302
    made = WarningService.objects.get(name="地震局")
    assert admin.post(f"/warnings/in/services/{made.pk}/", {**form, "interval_s": "180", "silent_h": "24"}).status_code == 302
    made.refresh_from_db()
    assert made.interval_s == 180
    assert admin.post(f"/warnings/in/services/{made.pk}/end/").status_code == 302
    elsewhere = signed_in(make_person("duty_officer", YANTAI))
    assert elsewhere.get(f"/warnings/in/{found.pk}/").status_code == 404
    assert elsewhere.get(f"/warnings/in/messages/{bad.pk}/").status_code == 404

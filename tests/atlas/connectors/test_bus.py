"""A resource that is fed by a subject of a message bus: gathered, judged as every delivery, never lost, never taken twice."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.conf import settings

from tests.atlas.connectors.nats_server import SUBJECT, NatsServer, nats_server
from tests.atlas.connectors.policies import policy, set_policy
from tests.atlas.resources.files import NOW, registered, steward
from tests.bus.running import RunningBus
from tests.killed import die, dying, killed_in
from tests.people import signed_in
from tocsin.atlas.connectors.models import MessageSetAside, ResourceConnector
from tocsin.atlas.connectors.queries import messages_aside
from tocsin.atlas.connectors.rules.messages import read_message
from tocsin.atlas.connectors.rules.sources import BusSource, Login, read_source
from tocsin.atlas.connectors.services import fetching
from tocsin.atlas.connectors.services.fetching import fetch_due
from tocsin.atlas.connectors.services.settings import NewSettings, configure_connector, fetch_at_once, remove_connector
from tocsin.atlas.connectors.services.sources.gathered import GatheredRows
from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.services import landing
from tocsin.atlas.resources.services.landing import take_up_arrived
from tocsin.atlas.resources.services.notices import texts
from tocsin.atlas.resources.services.watching import run_resource_clocks
from tocsin.atlas.resources.shown.findings import problem_words
from tocsin.base.errors import InvalidInput
from tocsin.bus import subjects
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("nats")]
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    with nats_server(tmp_path_factory.mktemp("nats")) as found:
        yield found


@pytest.fixture
def bus(server: NatsServer) -> Iterator[NatsServer]:
    server.make_stream()
    yield server
    server.drop_stream()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    gather(monkeypatch)


@pytest.fixture
def by() -> User:
    return steward()


def gather(monkeypatch: pytest.MonkeyPatch, **changed: float) -> None:
    told = msgspec.structs.replace(policy().bus, **{"gather_s": 0.0, **changed})
    set_policy(monkeypatch, bus=told)
    monkeypatch.setattr("tocsin.atlas.connectors.services.messages.connector_policy", lambda: policy(bus=told))


def connected(by: User, source: BusSource, secret: str | None = None, **told: Any) -> Resource:
    one = registered(by, **{"contract": "", **told})
    configure_connector(actor=by, resource_id=one.pk, settings=NewSettings(source=source, secret=secret), now=NOW)
    return one


def wells(bus: NatsServer, **changed: Any) -> BusSource:
    return BusSource(**{"url": bus.url, "subject": SUBJECT, "key": "编号", **changed})


def well(number: int, **told: object) -> dict[str, object]:
    return {"编号": f"W{number:03d}", "深度": number / 2, **told}


def served(one: Resource, *columns: str) -> list[tuple[object, ...]]:
    return rows_of(one.pk).collect().select(columns or ("编号", "深度")).rows()


def stages(one: Resource) -> list[str]:
    return list(Delivery.objects.filter(resource=one).order_by("at", "pk").values_list("stage", flat=True))


def state(one: Resource) -> ResourceConnector:
    return ResourceConnector.objects.select_related("resource").get(resource=one)


def test_the_newest_of_each_object_is_served_until_it_is_gone(by: User, bus: NatsServer) -> None:
    one = connected(by, wells(bus, deleted="废弃"))
    fetch_due(now=NOW)
    assert (stages(one), state(one).failures) == ([], 0)  # a subject without messages is no failure
    bus.send(well(2), well(1), well(3), {"编号": "W001", "深度": 9.5})
    fetch_due(now=NOW + MINUTE)
    assert served(one) == [("W001", 9.5), ("W002", 1.0), ("W003", 1.5)]
    assert state(one).next_at == NOW + MINUTE + timedelta(seconds=20)
    bus.send({"编号": "W002", "废弃": True}, well(4))
    fetch_due(now=NOW + 2 * MINUTE)
    assert served(one) == [("W001", 9.5), ("W003", 1.5), ("W004", 2.0)]
    assert Delivery.objects.filter(resource=one, way="connector", file_name=SUBJECT).count() == 2


def test_features_keep_their_shapes(by: User, bus: NatsServer) -> None:
    place = {"type": "Point", "coordinates": [120.4, 36.1]}
    bus.send({"type": "Feature", "id": 7, "properties": {"名称": "井"}, "geometry": place})
    one = connected(by, wells(bus, key="id"))
    fetch_due(now=NOW)
    assert served(one, "名称", "_west", "_south") == [("井", 120.4, 36.1)]


def test_a_bucket_tells_its_objects_by_the_subject(by: User, bus: NatsServer) -> None:
    bus.send({"水位": 1.5}, subject="water.level.a")
    bus.send({"水位": 2.5}, subject="water.level.b")
    bus.send({"水位": 3.5}, subject="water.level.c")
    bus.send(b"", subject="water.level.b", headers={"KV-Operation": "DEL"})
    bus.send(b"", subject="water.level.c", headers={"KV-Operation": "PURGE"})
    one = connected(by, wells(bus, subject="water.level.>", key=""))
    fetch_due(now=NOW)
    assert served(one, "水位") == [(1.5,)]


def test_messages_gather_by_time_and_by_count(by: User, bus: NatsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    bus.send(well(1))
    one = connected(by, wells(bus))
    fetch_due(now=NOW)  # the first of a connector waits for nothing
    gather(monkeypatch, gather_s=600.0, messages=3)
    clock = [1000.0]
    monkeypatch.setattr("tocsin.atlas.connectors.services.sources.gathered.time.time", lambda: clock[0])
    bus.send(well(2))
    fetch_due(now=NOW + MINUTE)
    assert stages(one) == ["landed"]
    clock[0] += 601
    fetch_due(now=NOW + 2 * MINUTE)
    assert [key for key, _depth in served(one)] == ["W001", "W002"]
    bus.send(well(3), well(4))
    fetch_due(now=NOW + 3 * MINUTE)
    assert len(stages(one)) == 2
    bus.send(well(5))
    fetch_due(now=NOW + 4 * MINUTE)
    assert (len(stages(one)), len(served(one))) == (3, 5)


def test_many_messages_are_read_in_parts_and_delivered_once(by: User, bus: NatsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    gather(monkeypatch, most_messages=40)
    monkeypatch.setattr(subjects, "BATCH", 25)
    bus.send(*[well(number) for number in range(100)])
    one = connected(by, wells(bus))
    for _fetch in range(2):
        fetch_due(now=NOW)
        assert (stages(one), state(one).next_at) == ([], NOW)
    fetch_due(now=NOW)
    assert (stages(one), len(served(one))) == (["landed"], 100)


POISON: tuple[tuple[object, str], ...] = (
    (b"{", "This is no JSON"),
    (b'{"a": "\xe4"}', "UTF-8"),
    (b"", "an empty message tells no key"),
    ([well(1)], "each message is one record"),
    ({"type": "FeatureCollection", "features": []}, "each message is one record"),
    (5, "no object of names and values"),
    ({"深度": 1}, "编号 is empty or missing"),
    ({"编号": True}, "编号 is empty or missing"),
    ({"编号": "x" * 201}, "longer than 200"),
    (b'{"\\u7f16\\u53f7": "\\ud800"}', "no text may hold"),
    ({f"c{number}": 1 for number in range(301)}, "more than 300 values"),
    ({"type": "Feature", "properties": [], "geometry": None}, "a feature has properties"),
    (b'{"a":' * 100 + b"1" + b"}" * 100, "levels of lists"),
)


def test_a_message_that_can_not_be_read_is_set_aside_and_the_others_are_served(by: User, bus: NatsServer) -> None:
    one = connected(by, wells(bus))
    bus.send(*(message for number, (bad, _words) in enumerate(POISON) for message in (bad, well(number))))
    bus.send({"编号": "W900", **{f"d{number}": 1 for number in range(250)}}, {f"e{number}": 1 for number in range(200)} | well(5))
    fetch_due(now=NOW)
    assert len(served(one)) == len(POISON) + 1
    aside = list(messages_aside(state(one)).order_by("sequence"))
    for row, (_bad, words) in zip(aside, POISON, strict=False):
        assert words in problem_words(row.reason)
    assert "more than 300 columns" in problem_words(aside[-1].reason)
    assert len(aside) == len(POISON) + 1
    notice = Notice.objects.get(purpose="data_resources")
    assert "messages that can't be read were set aside (14)" in texts([notice])[notice.pk]
    fetch_due(now=NOW + MINUTE)
    assert MessageSetAside.objects.count() == len(aside)


def test_reading_stops_where_nobody_looks_at_what_is_set_aside(
    by: User, bus: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather(monkeypatch, set_aside=3)
    monkeypatch.setattr(subjects, "BATCH", 2)
    bus.send(*[b"{"] * 6, well(1))
    one = connected(by, wells(bus))
    fetch_due(now=NOW)
    fetch_due(now=NOW)
    assert "put them away on the page" in problem_words(state(one).problem)
    assert messages_aside(state(one)).count() == 4
    page = signed_in(by).post(f"/resources/{one.pk}/connector/put-away/", follow=True).content.decode()
    assert "4 messages are put away" in page
    assert list(MessageSetAside.objects.values_list("beginning", flat=True).distinct()) == [""]
    ResourceConnector.objects.update(next_at=NOW)
    fetch_due(now=NOW)
    assert served(one) == [("W001", 0.5)]


def test_keepers_see_what_is_set_aside_on_screen_and_by_api(by: User, bus: NatsServer) -> None:
    bus.send(b"not json", well(1))
    one = connected(by, wells(bus))
    fetch_due(now=NOW)
    desk = signed_in(by)
    page = desk.get(f"/resources/{one.pk}/connector/").content.decode()
    assert "not json" in page
    assert "Messages set aside" in page
    found = desk.get(f"/api/v1/atlas/resources/{one.pk}/connector/messages-aside").json()
    assert [(row["sequence"], row["beginning"]) for row in found] == [(1, "not json")]
    assert desk.get(f"/api/v1/atlas/resources/{one.pk}/connector").json()["messages_aside"] == 1
    put = desk.post(f"/api/v1/atlas/resources/{one.pk}/connector/messages-aside/put-away")
    assert put.json() == {"put_away": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("module", "name", "at"),
    [
        (GatheredRows, "take", 2),  # in the middle of the messages
        (fetching, "_digest", 1),  # all gathered, nothing delivered
        (landing, "record_audit", 1),  # the delivery and how far it was read, not committed
        (landing, "settle", 0),  # both are, and nobody has judged it
    ],
)
def test_killed_anywhere_nothing_is_lost_or_taken_twice(
    module: Any, name: str, at: int, bus: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = steward()
    monkeypatch.setattr(subjects, "BATCH", 10)
    bus.send(*[well(number % 20, 次=number) for number in range(35)], b"{")
    one = connected(by, wells(bus))
    with monkeypatch.context() as patched:
        patched.setattr(module, name, dying(getattr(module, name), at=at) if at else _die)
        killed_in(lambda: fetch_due(now=NOW))
    later = NOW + timedelta(minutes=20)
    fetch_due(now=later)
    take_up_arrived(now=later)
    wanted = {f"W{number % 20:03d}": number for number in range(35)}
    assert dict(served(one, "编号", "次")) == wanted  # type: ignore[arg-type]
    assert stages(one) == ["landed"]
    assert MessageSetAside.objects.count() == 1
    bus.send(well(7, 次=99))
    fetch_due(now=later + MINUTE)
    assert ("W007", 99) in served(one, "编号", "次")
    assert len(stages(one)) == 2


def _die(*_args: object, **_named: object) -> None:
    die()


def test_a_stream_made_anew_is_read_from_its_beginning_over_what_is_known(by: User, bus: NatsServer) -> None:
    bus.send(well(1), well(2), well(3))
    one = connected(by, wells(bus))
    fetch_due(now=NOW)
    bus.drop_stream()
    bus.make_stream()
    bus.send(well(2, 深度=7.5))
    fetch_due(now=NOW + MINUTE)
    assert served(one) == [("W001", 0.5), ("W002", 7.5), ("W003", 1.5)]


def test_what_was_gathered_half_is_gathered_anew(by: User, bus: NatsServer, data: Path) -> None:
    bus.send(well(1), well(2))
    one = connected(by, wells(bus))
    fetch_due(now=NOW)
    (data / "resources" / "bus" / f"{one.slug}.sqlite3").write_bytes(b"torn off")
    bus.send(well(3))
    fetch_due(now=NOW + MINUTE)
    assert len(served(one)) == 3
    remove_connector(actor=by, resource_id=one.pk, now=NOW)


def test_silence_is_late_and_words_that_change_nothing_are_not(by: User, bus: NatsServer) -> None:
    bus.send(well(1))
    one = connected(by, wells(bus), cycle_h=1.0)
    fetch_due(now=NOW)
    bus.send(well(1))
    fetch_due(now=NOW + timedelta(hours=1))
    one.refresh_from_db()
    assert (one.delivered_at, stages(one)) == (NOW + timedelta(hours=1), ["landed"])
    fetch_due(now=NOW + timedelta(hours=3))
    run_resource_clocks(now=NOW + timedelta(hours=3))
    one.refresh_from_db()
    assert one.late_since is not None


def test_a_broken_delivery_is_set_aside_and_the_next_one_waits(by: User, bus: NatsServer) -> None:
    bus.send(*[well(number) for number in range(20)])
    one = connected(by, wells(bus))
    fetch_due(now=NOW)
    bus.send(*[{"编号": f"W{number:03d}", "深度": "?"} for number in range(20)])
    fetch_due(now=NOW + MINUTE)
    assert stages(one) == ["landed", "set_aside"]
    bus.send(well(1))
    fetch_due(now=NOW + 2 * MINUTE)
    assert len(stages(one)) == 2
    bus.send(*[well(number) for number in range(21)])
    fetch_at_once(actor=by, resource_id=one.pk, now=NOW + 3 * MINUTE)
    fetch_due(now=NOW + 3 * MINUTE)
    assert (stages(one), len(served(one))) == (["landed", "dropped", "landed"], 21)


def test_a_trial_shows_the_first_messages_and_keeps_nothing(by: User, bus: NatsServer, data: Path) -> None:
    bus.send(*[well(number) for number in range(60)])
    one = registered(by)
    typed = {"kind": "bus", "url": bus.url, "subject": SUBJECT, "key": "编号", "login": "none"}
    page = signed_in(by).post(f"/resources/{one.pk}/connector/try/", typed).content.decode()
    assert "50 rows came" in page
    assert "and there are more" in page
    assert not (data / "resources" / "bus").exists()
    empty = {**typed, "subject": "water.nothing"}
    assert "has no message yet" in signed_in(by).post(f"/resources/{one.pk}/connector/try/", empty).content.decode()


def test_logins_and_what_a_bus_refuses(by: User, tmp_path: Path) -> None:
    users = '{user: reader, password: "s3cret", permissions: {publish: "_INBOX.>", subscribe: "_INBOX.>"}}'
    rights = f'authorization {{ users: [{{user: keeper, password: "k"}}, {users}] }}'
    with nats_server(tmp_path / "with-login", rights, user="keeper", password="k") as server:
        server.make_stream()
        server.send(well(1))
        told = {"login": Login.BASIC, "account": "keeper"}
        good = connected(by, wells(server, **told), "k", slug="a")
        wrong = connected(by, wells(server, **told), "other", slug="b")
        short = connected(by, wells(server, login=Login.BASIC, account="reader"), "s3cret", slug="c")
        plain = connected(by, wells(server, url=server.url.replace("nats:", "tls:"), **told), "k", slug="d")
        unknown = connected(by, wells(server, stream="NONE", **told), "k", slug="e")
        fetch_due(now=NOW)
        assert len(served(good)) == 1
        assert "refuses this login" in problem_words(state(wrong).problem)
        assert "may not read this" in problem_words(state(short).problem)
        assert "offers no encryption" in problem_words(state(plain).problem)
        assert "has no stream" in problem_words(state(unknown).problem)
        assert "s3cret" not in json.dumps(state(short).problem)
    ResourceConnector.objects.exclude(resource=good).delete()
    ResourceConnector.objects.update(next_at=NOW)
    fetch_due(now=NOW)
    assert "does not answer" in problem_words(state(good).problem)
    assert len(served(good)) == 1


def test_a_bus_inside_is_asked_only_where_the_policy_allows_it(
    by: User, bus: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_policy(monkeypatch, networks=())
    one = connected(by, wells(bus))
    fetch_due(now=NOW)
    assert "an address inside" in problem_words(state(one).problem)


def test_a_bus_without_a_log_says_so(by: User, tmp_path: Path) -> None:
    with nats_server(tmp_path / "plain", log=False) as server:
        one = connected(by, wells(server))
        fetch_due(now=NOW)
    assert "keeps no messages" in problem_words(state(one).problem)


def test_the_installation_s_own_bus(by: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, nats_url=""))
    running = RunningBus(tmp_path)
    try:
        _send_to_own(well(1), well(2))
        one = connected(by, BusSource(key="编号"), slug="wells")
        fetch_due(now=NOW)
        assert (served(one), state(one).problem) == ([("W001", 0.5), ("W002", 1.0)], {})
    finally:
        running.stop()


def _send_to_own(*messages: object) -> None:
    import asyncio

    from tocsin.bus.connection import connect, plain_client, server_url

    async def send() -> None:
        await (await connect()).close()
        client = await plain_client(server_url())
        for one in messages:
            await client.jetstream().publish("resources.wells", json.dumps(one).encode())
        await client.close()

    asyncio.run(send())


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"url": "https://bus.example.cn", "subject": "a"}, "no address of a bus"),
        ({"url": "nats://a:4222,nats://b:4222", "subject": "a"}, "no address of a bus"),
        ({"url": "nats://me:secret@bus:4222", "subject": "a"}, "tells a login"),
        ({"url": "nats://bus:4222"}, "needs the subject"),
        ({"url": "nats://bus:4222", "subject": "a..b"}, "needs the subject"),
        ({"url": "nats://bus:4222", "subject": "a", "stream": "a.b"}, "name of a stream"),
        ({"url": "nats://bus:4222", "subject": "a", "login": "header", "account": "x"}, "a name and a password, or a token"),
        ({"subject": "events.>"}, "a subject of its own"),
        ({"stream": "EVENTS"}, "a subject of its own"),
    ],
)
def test_settings_that_can_not_be(told: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_source({"kind": "bus", **told})


def test_marks_of_deletion() -> None:
    def is_gone(value: object) -> bool:
        payload = json.dumps({"k": 1, "gone": value}).encode()
        return read_message(payload, subject="s", removes=False, key="k", deleted="gone").properties is None

    assert [is_gone(value) for value in (True, 1, "true", "是", False, 0, "0", "", None, "否")] == [True] * 4 + [False] * 6

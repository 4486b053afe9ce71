"""What `docs/architecture.md` promises under "Adding something": one of each comes from this folder.

A purpose of notices is added in `tests/notices/test_contributions.py`. A detector can't be added from outside: the compiled pass
calls every one by name.
"""

import asyncio
import dataclasses
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.people import LICANG, make_person, signed_in
from tests.recipes import pumps
from tests.sensing.doors import NOW_MS, DoorInMemory
from tocsin.base.errors import InvalidInput
from tocsin.base.ids import new_id
from tocsin.bus.envelope import read_events
from tocsin.bus.loops.driver import run_loops
from tocsin.bus.loops.rows import Hands
from tocsin.bus.services import record_event, waiting_events
from tocsin.bus.threads import own_thread
from tocsin.jurisdiction.contacts.services.points import add_contact_point
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.shown import describe_sending
from tocsin.notices.sending.loops import sending_notices
from tocsin.portal import configuration, supervisor, worker
from tocsin.portal.catalogue import DEVICE_PROTOCOLS
from tocsin.records.face import check_policy, export_policy
from tocsin.records.versions.queries import policy_files
from tocsin.screens import timeline
from tocsin.sensing.doors.loops import doors_of_the_house, serve
from tocsin.sensing.doors.rules.settings import DeviceProtocol
from tocsin.supervision.tasks.policy import read_task_draft, shipped_task_text
from tocsin.supervision.tasks.rules.planning import Subject, plan

HERE = "tests.recipes.pumps"
LINE = DeviceProtocol("line", f"{HERE}:LineDoor", "TOCSIN_LINE_PORT", 7000)


@pytest.mark.django_db(transaction=True)
@pytest.mark.one_database
def test_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LOOPS", (*worker.LOOPS, f"{HERE}:LOOPS"))
    rows = [row for row in worker.all_loops() if row.name == "run-pumps"]

    async def story() -> None:
        running = asyncio.create_task(run_loops(rows, None))
        async with asyncio.timeout(60):
            while not pumps.RUNS:
                await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())
    assert len(pumps.RUNS) == 1


@pytest.mark.django_db
def test_an_event() -> None:
    told = pumps.PumpRan(pump="P-7", litres=30.0)
    record_event(told, region=LICANG)
    events = [event for _row, event in waiting_events(10)]
    assert [event.name for event in events] == ["recipes.PumpRan"]
    assert [(one.event, one.region) for one in read_events(events, (pumps.PumpRan,))] == [(told, LICANG)]


def test_a_line_of_the_time_line(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TIME_LINES = (*settings.TIME_LINES, f"{HERE}:LINES")
    monkeypatch.setattr(timeline, "_lines", lambda: timeline.gather_lines(settings.TIME_LINES))
    assert timeline.sentence_of("pump_ran", {}, {"pump": "P-7", "litres": "30"}) == "P-7 pumped 30 l"


@pytest.fixture
def pump_pages(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.recipes.urls"
    template = "{% for row in rows %}{{ row.name }},{% endfor %}{% for one in messages %}{{ one }}{% endfor %}"
    engine = {**settings.TEMPLATES[0], "OPTIONS": {**settings.TEMPLATES[0]["OPTIONS"]}}
    engine["OPTIONS"]["loaders"] = [
        *engine["OPTIONS"]["loaders"],
        ("django.template.loaders.locmem.Loader", {"pumps.html": template}),
    ]
    settings.TEMPLATES = [engine]
    pumps.PUMPS.clear()
    yield
    pumps.PUMPS.clear()


@pytest.mark.django_db
def test_a_list_page_an_act_and_its_form(pump_pages: None) -> None:
    browser = signed_in(make_person("viewer"))

    def add(**form: str) -> str:
        return browser.post("/pumps/add/", form, follow=True).content.decode()

    assert add(name="P-7", litres="30") == "P-7,Added with 30 l."
    assert add(name="P-7", litres="30") == "P-7,There is a pump P-7."
    assert "is no number" in add(name="P-8", litres="many")
    assert browser.get("/pumps/?format=csv").content.decode("utf-8-sig").split() == ["name", "P-7"]


@pytest.mark.django_db
def test_a_policy_file_and_its_keys(settings: Any) -> None:
    settings.POLICY_FILES = (*settings.POLICY_FILES, f"{HERE}:POLICY")
    policy_files.cache_clear()
    try:
        text = export_policy()
        assert "longest_run_min = 45.0" in text and "rest_min = 15.0" in text
        [problem] = check_policy(text.replace("longest_run_min", "longest_rum_min"))
        assert "longest_rum_min" in f"{problem.place} {problem.what}"
    finally:
        policy_files.cache_clear()


def test_a_task_rule() -> None:
    row = """
[[task]]
code = "pumps"
zh = "检查水泵"
en = "Look after the pumps"
subject = "pumps"
level = "county"
every = "month"
weight = 1
met_by = "inspection"
source = "a choice"
confidence = "C"
"""
    policy, _kept = read_task_draft(shipped_task_text() + row)
    planned = {one.rule.code for one in plan(policy.rules, Subject("restaurant"))}
    assert "pumps" in planned
    assert policy.words["pumps"] == ("检查水泵", "Look after the pumps")


@pytest.mark.django_db(transaction=True)
@pytest.mark.one_database
def test_a_channel(settings: Any, tmp_path: Path) -> None:
    keeper = make_person("duty_officer")
    settings.CHANNELS = (*settings.CHANNELS, f"{HERE}:PigeonChannel")
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path)
    (tmp_path / "channels.toml").write_text("[pigeon]\n")
    with pytest.raises(InvalidInput):
        add_contact_point(actor=keeper, user_id=keeper.pk, kind="pigeon", address="139")
    add_contact_point(actor=keeper, user_id=keeper.pk, kind="pigeon", address="loft 7")
    page = signed_in(keeper).get("/account/notices/").content.decode()
    assert '<option value="pigeon"' in page and "loft 7" in page

    row = _sending(keeper)
    asyncio.run(_send_all(row))
    assert [letter.address for letter in pumps.PigeonChannel.flown] == ["loft 7"]
    shown = describe_sending(row, keeper)
    assert (shown.channel_name, shown.address, row.fate) == ("pigeon", "loft 7", "delivered")


def _sending(keeper: User) -> Sending:
    now = timezone.now()
    notice = Notice.objects.create(
        person=keeper,
        region_code=LICANG,
        purpose="told",
        why="symptom_owner",
        key=str(new_id()),
        written_at=now,
        deadline=now + timedelta(hours=1),
    )
    return Sending.objects.create(notice=notice, channel="pigeon", address="loft 7", not_before=now)


async def _send_all(row: Sending) -> None:
    """The sender of the product."""
    async with own_thread("sender") as thread, sending_notices(Hands(None, thread, lambda: None)) as step, asyncio.timeout(60):
        while row.fate != "delivered":
            await step()
            await asyncio.sleep(0.02)
            await thread(row.refresh_from_db)


@pytest.mark.django_db
def test_a_layer_of_the_map(settings: Any) -> None:
    settings.MAP_LAYERS = (*settings.MAP_LAYERS, f"{HERE}:LAYER")
    browser = signed_in(make_person("viewer"))
    page = browser.get("/").content.decode()
    assert "Pumps" in page and "/pumps.geojson" in page


def test_a_protocol_of_devices(settings: Any) -> None:
    settings.DEVICE_PROTOCOLS = (LINE,)

    async def story() -> tuple[bytes, list[tuple[int, int, float]]]:
        memory, stop = DoorInMemory(), asyncio.Event()
        memory.appending.cancel()
        serving = asyncio.create_task(serve(memory.gatehouse, doors_of_the_house(), settings.CONFIGURATION, stop))
        async with asyncio.timeout(60):
            while not pumps.LineDoor.port:
                await asyncio.sleep(0.01)
            reader, writer = await asyncio.open_connection("127.0.0.1", pumps.LineDoor.port)
            writer.write(b'well-1 secret {"ts": %d, "values": {"methane": 27.0}}\n' % NOW_MS)
            answer = await reader.readline()
            writer.close()
            stop.set()
            await serving
        return answer, memory.log.rows()

    assert asyncio.run(story()) == (b"1\n", [(0, NOW_MS, 27.0)])


def test_the_port_of_a_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its variable is read, it is exchanged where it is taken, and the door's process hears of it."""
    for module in (configuration, supervisor):
        monkeypatch.setattr(module, "DEVICE_PROTOCOLS", (*DEVICE_PROTOCOLS, LINE))
    holder = socket.create_server(("127.0.0.1", 0))
    with holder:
        taken = holder.getsockname()[1]
        monkeypatch.setenv(LINE.variable, str(taken))
        free, changes = supervisor.with_free_ports(configuration.Configuration.from_environment())
    assert free.door_ports["line"] != taken
    assert f"port {taken} is taken; line port is {free.door_ports['line']}" in changes
    assert supervisor.environment_of(free)[LINE.variable] == str(free.door_ports["line"])

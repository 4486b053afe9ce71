"""Lines of the log, as text and as JSON: what they carry, that they stay one line, and that nobody fills the disk with them."""

import asyncio
import io
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.languages import english as english
from tocsin.base.log_fields import FIELDS, bind, bind_only, bound, log_fields
from tocsin.bus.loops.driver import run_loops
from tocsin.bus.loops.rows import Loop
from tocsin.bus.threads import own_thread
from tocsin.portal.configuration import Configuration
from tocsin.portal.logs import LONGEST_MESSAGE, OF_ONE_PLACE, JsonLine, OneLine, Repeats, logging_settings

log = logging.getLogger("tests.logs")


class Written:
    """What a process would write."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.handler = logging.StreamHandler(self.text)
        self.handler.setFormatter(JsonLine())

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.getvalue().splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    found, root = Written(), logging.getLogger()
    before = root.level
    root.addHandler(found.handler)
    root.setLevel(logging.INFO)
    bind_only()
    yield found
    root.removeHandler(found.handler)
    root.setLevel(before)
    bind_only()


def test_a_line_of_json(written: Written) -> None:
    with bound(loop="relay-events"), bound(alarm="7"):
        log.warning("waits for %s", "the bus")
    log.info("and nothing is bound here")
    first, second = written.lines
    assert datetime.fromisoformat(first.pop("time")).utcoffset() is not None
    assert first == {
        "level": "WARNING",
        "process": "command",
        "pid": os.getpid(),
        "logger": "tests.logs",
        "message": "waits for the bus",
        "loop": "relay-events",
        "alarm": "7",
    }
    assert not FIELDS & set(second)


def test_a_failure_is_one_line_with_its_stack(written: Written) -> None:
    try:
        raise ValueError("two\nlines\x1b[2J")
    except ValueError:
        log.exception("it failed")
    assert len(written.text.getvalue().splitlines()) == 1
    assert "\x1b" not in written.text.getvalue()
    (line,) = written.lines
    assert line["stack"].startswith("Traceback")
    assert line["stack"].endswith("two\nlines\x1b[2J")


@pytest.mark.parametrize(
    ("message", "stands"),
    [
        ("an address /n/abcdefghijklmnopqrstuvwxyz of somebody", "an address /n/… of somebody"),
        ("a\nb\u2028c\x9b", "a\nb\u2028c\x9b"),
        ("x" * (LONGEST_MESSAGE + 5), "x" * LONGEST_MESSAGE + "… (5 characters more)"),
    ],
)
def test_what_a_stranger_writes_stays_on_its_line(written: Written, message: str, stands: str) -> None:
    log.info("%s", message)
    assert len(written.text.getvalue().splitlines()) == 1
    assert not set("\x9b\u2028\u2029\x7f") & set(written.text.getvalue())
    assert written.lines[0]["message"] == stands


def test_half_a_pair_is_told_as_its_number() -> None:
    """Straight from the formatter: what pytest keeps of a log can't hold it."""
    record = logging.LogRecord("tocsin", logging.INFO, "a.py", 1, "%s", ("half a pair \ud83d",), None)
    assert json.loads(JsonLine().format(record))["message"] == "half a pair \\ud83d"


def test_the_text_tells_the_same() -> None:
    record = logging.LogRecord("tocsin", logging.ERROR, "a.py", 1, "it %s", ("failed",), None)
    with bound(loop="relay-events", device="gw\n1"):
        assert OneLine().format(record).endswith(" ERROR tocsin it failed (loop=relay-events device=gw\\x0a1)")


def test_of_one_place_only_so_many_lines_a_minute() -> None:
    now = [0.0]
    only_some = Repeats(lambda: now[0])
    places = [logging.LogRecord("tocsin", logging.WARNING, "a.py", line, "from %s", ("x",), None) for line in (1, 2)]
    told = sum(only_some.filter(places[0]) for _ in range(OF_ONE_PLACE + 37))
    assert told == OF_ONE_PLACE
    assert only_some.filter(places[1])  # another place is heard all the same
    now[0] = 61.0
    assert only_some.filter(places[0])
    assert OneLine().format(places[0]).endswith("from x (… 37 more of this line in the minute before)")
    assert json.loads(JsonLine().format(places[0]))["left_out"] == 37


def test_what_is_bound_stays_in_its_task_and_reaches_its_thread() -> None:
    async def work(name: str) -> tuple[object, object]:
        bind(device=name)
        async with own_thread("one") as thread:
            inside = await thread(lambda: dict(log_fields()))
        return inside, dict(log_fields())

    async def both() -> list[tuple[object, object]]:
        return await asyncio.gather(work("a"), work("b"))

    bind_only()
    assert asyncio.run(both()) == [({"device": name}, {"device": name}) for name in ("a", "b")]
    assert not log_fields()


@pytest.mark.django_db(transaction=True)
def test_a_loop_is_named(written: Written) -> None:
    done = threading.Event()

    def work(*, now: datetime) -> None:
        if not done.is_set():
            done.set()
            log.info("at work")

    async def until_done() -> None:
        running = asyncio.create_task(run_loops([Loop(name="test-loop", work=work, period_s=60.0)], None))
        await asyncio.to_thread(done.wait, 20)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(until_done())
    assert [line["loop"] for line in written.lines if line["message"] == "at work"] == ["test-loop"]


@pytest.mark.django_db
def test_a_request_is_named_in_its_lines_and_in_its_answer(written: Written) -> None:
    """The sender's own id is not believed; the alarm of the address is bound, a text that is none is not."""
    alarm = "019abcde-0000-7000-8000-000000000001"
    answers = [
        Client().get(f"/api/v1/warning/alarms/{one}", headers={"X-Request-ID": "mine"}) for one in (alarm, "forged%20level=ERROR")
    ]
    lines = [line for line in written.lines if line["logger"] == "tocsin.portal.middleware"]
    assert [line["request"] for line in lines] == [answer.headers["X-Request-ID"] for answer in answers]
    assert len({line["request"] for line in lines} - {"mine"}) == 2
    assert [line.get("alarm") for line in lines] == [alarm, None]


def test_a_process_writes_what_is_asked_for(tmp_path: Path) -> None:
    """Another than the two is refused with its name."""
    environment = {**os.environ, "TOCSIN_DATA": str(tmp_path), "TOCSIN_LOG": "json", "TOCSIN_NATS_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "tocsin.portal.cli", "run", "bus"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = json.loads(process.stderr.readline())
        process.terminate()
    assert (line["process"], line["message"]) == ("bus", "process bus starts")


def test_another_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_LOG", "xml")
    with pytest.raises(ValueError, match="TOCSIN_LOG is 'xml'; it must be one of text, json"):
        Configuration.from_environment()
    assert logging_settings("INFO", "json")["formatters"]["line"]["()"] is JsonLine

"""kill -9 of a sender with messages in flight: nothing is lost, and nothing is told twice without saying so."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import copy_into
from tests.notices.gateways import http_gateway

ROOT = Path(__file__).parents[2]


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.one_database
def test_what_was_in_flight_at_a_kill_is_repeated_where_urgent_and_uncertain_elsewhere(tmp_path: Path) -> None:
    with http_gateway() as gateway:
        body = 'body = { to = "$address", subject = "$subject" }'
        (tmp_path / "channels.toml").write_text(f'[sms]\nurl = "{gateway.url}"\n{body}\n')
        environment = {
            **os.environ,
            "TOCSIN_DATA": str(copy_into(tmp_path)),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "tests.notices.sender_process"]
        subprocess.run([*command, "prepare"], env=environment, cwd=ROOT, check=True, timeout=120)

        gateway.mood = "stall"
        first = subprocess.Popen([*command, "send"], env=environment, cwd=ROOT)
        until(lambda: len(gateway.requests) >= 5)
        first.send_signal(signal.SIGKILL)
        first.wait()
        in_flight = {one["to"] for one in gateway.bodies()}
        assert in_flight

        gateway.mood = "ok"
        second = subprocess.Popen([*command, "send"], env=environment, cwd=ROOT)
        database = sqlite3.connect(tmp_path / "tocsin.sqlite3", timeout=20)

        def waiting() -> int:
            query = "select count(*) from notices_sending where fate in ('queued', 'sending')"
            return int(database.execute(query).fetchone()[0])

        until(lambda: waiting() == 0)
        second.terminate()
        second.wait(60)

        rows = database.execute(
            "select s.address, s.fate, s.is_repeat, n.urgent from notices_sending s join notices_notice n on n.id = s.notice_id"
        ).fetchall()
        leased = {address for address, fate, repeat, _urgent in rows if repeat or fate == "uncertain"}
        assert in_flight <= leased
        assert {fate for _address, fate, _repeat, urgent in rows if urgent} == {"sent"}
        assert {repeat for address, _fate, repeat, urgent in rows if urgent and address in leased} == {1}
        assert {fate for address, fate, _repeat, urgent in rows if not urgent and address in leased} <= {"uncertain"}
        told: dict[str, list[str]] = {}
        for one in gateway.bodies():
            told.setdefault(one["to"], []).append(one["subject"])
        twice = {address: subjects for address, subjects in told.items() if len(subjects) > 1}
        assert set(twice) <= leased
        assert all("【重复】" in subjects[-1] for subjects in twice.values())

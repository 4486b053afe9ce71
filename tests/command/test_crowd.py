"""Case numbers without holes and one case for each alarm, while many workers gather at once and while they are killed."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.command.street import WELLS
from tests.databases import copy_into, on_server
from tests.soak import often

ROOT = Path(__file__).resolve().parents[2]
ALARMS = often(6, 12) * WELLS

type Environment = dict[str, str]


def run(environment: Environment, *acts: str) -> str:
    command = [sys.executable, "-m", "tests.command.crowd", *acts]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def settings(folder: Path, database: str = "") -> Environment:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "tocsin.portal.settings", "PYTHONPATH": str(ROOT), "TOCSIN_DATA": str(folder)}
    return environment | ({"DATABASE_URL": database} if database else {})


def is_whole(told: dict[str, Any]) -> None:
    """Every alarm in one case and carrying its number, numbers counted from 1, each case opened once."""
    assert len(told["cases"]) == ALARMS
    assert told["carried"] == told["cases"]
    assert told["numbers"] == sorted(set(told["cases"]))
    assert [int(number.rsplit("-", 1)[1]) for number in told["numbers"]] == list(range(1, len(told["numbers"]) + 1))
    assert told["lines"] == [len(told["numbers"]), ALARMS - len(told["numbers"])]
    assert told["line_numbers"] == list(range(1, ALARMS + 1))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with alarms that wait. Nobody writes to it."""
    folder = tmp_path_factory.mktemp("crowd")
    run(settings(copy_into(folder)), "prepare")
    return folder


@pytest.fixture(scope="module")
def undisturbed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What many workers at once leave, on SQLite."""
    folder = tmp_path_factory.mktemp("calm") / "data"
    shutil.copytree(prepared, folder)
    told: dict[str, Any] = json.loads(run(settings(folder), "gather", "tell"))
    return told


@pytest.mark.one_database
def test_many_workers_at_once_on_sqlite(undisturbed: dict[str, Any]) -> None:
    is_whole(undisturbed)


@pytest.mark.one_database
@pytest.mark.postgresql
def test_many_workers_at_once_on_postgresql(tmp_path: Path) -> None:
    with on_server("tocsin_crowd") as url:
        is_whole(json.loads(run(settings(tmp_path, url), "prepare", "gather", "tell")))


@pytest.mark.one_database
def test_workers_killed_at_any_moment_leave_what_an_undisturbed_run_leaves(
    prepared: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    killed = settings(tmp_path / "killed")
    shutil.copytree(prepared, tmp_path / "killed")
    chance = random.Random(3)
    for _ in range(4):
        worker = subprocess.Popen([sys.executable, "-m", "tests.command.crowd", "gather"], cwd=ROOT, env=killed)
        time.sleep(chance.uniform(0.8, 3.0))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    told = json.loads(run(killed, "gather", "tell"))
    is_whole(told)
    assert told == undisturbed

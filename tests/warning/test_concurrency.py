"""One open alarm per condition, never one for two, held by the database while many write at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import copy_into, on_server

ROOT = Path(__file__).resolve().parents[2]


def run(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def raise_at_once(environment: dict[str, str]) -> None:
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings", "PYTHONPATH": str(ROOT)}
    raises, entries, count, alarms, counts = map(int, run(["-m", "tests.warning.raising"], environment).split())
    assert (entries, count) == (raises, raises)
    assert (alarms, counts) == (raises, raises)


@pytest.mark.one_database
def test_many_raises_at_once_on_sqlite(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    raise_at_once({**environment, "TOCSIN_DATA": str(copy_into(tmp_path))})


@pytest.mark.one_database
@pytest.mark.postgresql
def test_many_raises_at_once_on_postgresql(tmp_path: Path) -> None:
    with on_server("tocsin_thousand_raises") as url:
        raise_at_once({**os.environ, "TOCSIN_DATA": str(tmp_path), "DATABASE_URL": url})

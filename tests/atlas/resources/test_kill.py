"""A process is killed for real between the version of the table and the database's word that it is served."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import copy_into

BEGIN = """
import os, signal, sys
import django
django.setup()
from tests.atlas.resources.files import NOW, csv, registered, steward
from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.services import child, landing, reading, tables
reading._ask_child = child.read
"""

KILLED = (
    BEGIN
    + """
by = steward()
one = registered(by)
landing.deliver(actor=by, resource_id=one.pk, file_name="1.csv", content=csv(40), now=NOW)
def write_and_die(*told):
    tables.write_version(*told)
    os.kill(os.getpid(), signal.SIGKILL)
landing.write_version = write_and_die
landing.deliver(actor=by, resource_id=one.pk, file_name="2.csv", content=csv(44), now=NOW)
"""
)

TAKEN_UP = (
    BEGIN
    + """
one = Resource.objects.get(slug="schools")
rows = lambda: rows_of(one.pk).collect().height
versions = lambda: [d.version for d in Delivery.objects.order_by("at", "id") if d.stage == "landed"]
print(rows(), Delivery.objects.filter(stage="arrived").count(), versions())
print(landing.take_up_arrived(now=NOW + 2 * landing.LEFT_AFTER), landing.take_up_arrived(now=NOW + 2 * landing.LEFT_AFTER))
second = Delivery.objects.get(file_name="2.csv").pk
written = tables._version_of(tables.table_folder(one.pk), second)
print(rows(), Delivery.objects.filter(stage="arrived").count(), versions(), written)
"""
)


def run(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOCSIN_", "DATABASE_URL"))}
    told = {"TOCSIN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
    command = [sys.executable, "-c", script]
    root = Path(__file__).parents[3]
    return subprocess.run(command, env={**kept, **told}, cwd=root, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.timeout(300)
def test_what_a_killed_process_left_behind_is_served_once(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    copy_into(folder)
    killed = run(KILLED, folder)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    after = run(TAKEN_UP, folder)
    assert after.returncode == 0, after.stderr
    assert after.stdout.splitlines() == ["40 1 [0]", "1 0", "44 0 [0, 1] 1"]

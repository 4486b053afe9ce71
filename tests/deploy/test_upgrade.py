"""A data folder that an earlier version left behind goes up by `tocsin prepare`: its tables are those of now, its rows are there.

Each archive of `kept/` was written by the commit that it is named after (`tools/kept_version.py`): a person, a device, its
reading, the alarm with its case, the log of the bus, the history, the detector's state. 1de1204e is the first whose migrations
are numbered as they are now; fifty and more of them take a minute of the processor: `make soak` brings it up, too. On PostgreSQL
the same rows begin in tables as that version had them (`carried.py`), and go up by the same command.
"""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoDbBlocker

from tests.databases import connection_to, copy_into, on_server
from tests.deploy.carried import carry_over
from tests.languages import english as english
from tests.test_databases import shape_of
from tocsin.base.errors import Conflict
from tocsin.portal.tables import bring_tables_up_to_date

KEPT = Path(__file__).with_name("kept")
COMMITS = ("8992aee3", *(("1de1204e",) if os.environ.get("TOCSIN_SOAK") else ()))
SLOWEST_S = 1200  # fifty migrations on a machine that does much else
PERSON = "a lantern for 7 ships"
PREPARED = f"""
import json
from tocsin.portal.preparation import prepare_database
first = prepare_database()
again = prepare_database()
from tocsin.command.casebook.models import Case
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.queries import may_anywhere
from tocsin.portal.doctor.database import _migrations
from tocsin.records.audit.queries import verify_chain
from tocsin.sensing.devices.models import Device
from tocsin.warning.alarms.models import Alarm
duty = User.objects.get(username="duty")
print(json.dumps({{
    "passwords": [first, again],
    "tables": [one.verdict for one in _migrations()],
    "alarms": [[one.value, one.state] for one in Alarm.objects.all()],
    "cases": [one.state for one in Case.objects.all()],
    "devices": [one.code for one in Device.objects.all()],
    "duty": [duty.check_password("{PERSON}"), may_anywhere(duty, "alarms.see")],
    "trail is whole": verify_chain().whole,
}}))
"""


@pytest.fixture(scope="module", params=COMMITS)
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """The data folder as it is now, and what was read in it."""
    data = unpacked(request.param, tmp_path_factory.mktemp("kept"))
    return data, brought_up(data, "")


def unpacked(commit: str, folder: Path) -> Path:
    data = folder / "data"
    with tarfile.open(KEPT / f"{commit}.tar.xz") as packed:
        packed.extractall(data, filter="data")
    return data


def brought_up(data: Path, url: str) -> dict[str, object]:
    """`tocsin prepare`, twice, and what is read afterwards."""
    environment = {**os.environ, "TOCSIN_DATA": str(data), "DATABASE_URL": url}
    done = subprocess.run([sys.executable, "-c", PREPARED], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


READ = {
    "passwords": [None, None],
    "tables": ["good"],
    "alarms": [[62.0, "active_unacknowledged"]],
    "cases": ["waiting"],
    "devices": ["well-7"],
    "duty": [True, True],
    "trail is whole": True,
}


@pytest.mark.one_database
@pytest.mark.timeout(SLOWEST_S)
def test_rows_are_there_and_nobody_is_made_anew(upgraded: tuple[Path, dict[str, object]]) -> None:
    assert upgraded[1] == READ


@pytest.mark.one_database
@pytest.mark.postgresql
@pytest.mark.system
@pytest.mark.timeout(SLOWEST_S)
@pytest.mark.parametrize("commit", COMMITS)
def test_on_postgresql_the_same_rows_are_read_in_the_same_tables(
    commit: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    data = unpacked(commit, tmp_path)
    with on_server("tocsin_kept", empty=True) as url, on_server("tocsin_made_beside") as made, django_db_blocker.unblock():
        carry_over(data, url)
        (data / "tocsin.sqlite3").unlink()  # whoever reads it afterwards reads the wrong database
        assert brought_up(data, url) == READ
        assert shape_of(connection_to(url, data))[0] == shape_of(connection_to(made, data))[0]


@pytest.mark.one_database
@pytest.mark.timeout(SLOWEST_S)
def test_tables_are_those_of_an_installation_made_now(
    upgraded: tuple[Path, dict[str, object]], tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        made, _rows = shape_of(connection_to("", copy_into(tmp_path / "made", strict=False)))
        shape, _rows = shape_of(connection_to("", upgraded[0]))
        assert shape == made


@pytest.mark.django_db
def test_a_database_of_a_later_version_is_not_touched() -> None:
    MigrationRecorder.Migration.objects.create(app="hazchem", name="9999_of_next_year")
    with pytest.raises(Conflict, match=r"hazchem.9999_of_next_year.*restore the backup"):
        bring_tables_up_to_date()

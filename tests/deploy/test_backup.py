"""A backup taken from a system that is being written to, and a system that comes back from it."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.bus.running import RunningBus
from tests.deploy.modes import SHELLS_UMASK, open_to_others
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.portal.backup.restoring import restore_backup
from tocsin.portal.backup.sealing import new_identity
from tocsin.portal.backup.taking import take_backup
from tocsin.portal.configuration import Configuration

pytestmark = pytest.mark.one_database
TOCSIN = [sys.executable, "-m", "tocsin.portal.cli"]
LOOK = """
import asyncio, json
from django.conf import settings
from tocsin.bus.connection import connect
from tocsin.bus.streams import EVENTS, READINGS
from tocsin.bus.envelope import decode_event, decode_readings
from tocsin.jurisdiction.people.models import User
from tocsin.portal.backup.log import bus
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.history.queries.table import History

async def log():
    async with bus() as connection:
        first, last = await connection.sequences(READINGS)
        values = []
        if first <= last:
            values = [decode_readings(one.payload).value[0] async for one in connection.copy_log(READINGS, first, last)]
        return first, last, values

first, last, values = asyncio.run(log())
history = History(settings.CONFIGURATION.data / "history")
values += history.read([0], 0, 2**53).value.tolist()
folder = settings.CONFIGURATION.data / "pictures"
print("SEEN", json.dumps({
    "person": [int(one.username.split("-")[1]) for one in User.objects.filter(username__startswith="person-")],
    "audited": AuditEntry.objects.filter(action="test.person").count(),
    "reading": sorted({int(value) for value in values}),
    "file": [int(path.name) for path in folder.iterdir()],
    "position": history.last_version(),
    "log": [first, last],
}))
"""


@dataclasses.dataclass
class Place:
    """A data folder, a database, and the commands upon them."""

    data: Path
    database_url: str = ""
    environment: dict[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        own = {"TOCSIN_DATA": str(self.data), "DATABASE_URL": self.database_url}
        self.environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}

    def tocsin(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*TOCSIN, *arguments], env=self.environment, capture_output=True, text=True, umask=SHELLS_UMASK)

    def done(self, *arguments: str) -> str:
        done = self.tocsin(*arguments)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


def test_a_backup_in_clear_says_so(kept: Path) -> None:
    assert "NOT ENCRYPTED" in (kept / "said").read_text()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `data` of a system that stands still, and `backup`, for which its bus ran only as long as the command."""
    folder = tmp_path_factory.mktemp("kept")
    place = Place(folder / "data")
    place.done("prepare")
    made = place.tocsin("backup", str(folder / "backup"))
    assert made.returncode == 0, made.stderr
    (folder / "said").write_text(made.stderr)
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    """Where the system runs, and where it comes back."""
    with ExitStack() as stack:
        urls = ["", ""]
        if request.param == "postgresql":
            urls = [stack.enter_context(_database()) for _one in urls]
        yield Place(tmp_path / "data", urls[0]), Place(tmp_path / "again", urls[1])


class _database:  # noqa: N801 - used as a function
    """A new database on the test server, dropped at the end."""

    def __init__(self) -> None:
        self._server = os.environ["TOCSIN_TEST_POSTGRESQL"]
        self._name = f"backup_{uuid.uuid4().hex}"

    def __enter__(self) -> str:
        self._execute(f"CREATE DATABASE {self._name}")
        return re.sub(r"/[^/]*$", f"/{self._name}", self._server)

    def __exit__(self, *exception: object) -> None:
        self._execute(f"DROP DATABASE {self._name} WITH (FORCE)")

    def _execute(self, command: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(command.encode())


def wait_for_more_of_each(acknowledged: Path) -> None:
    """Until more than ten of each kind were acknowledged since."""
    limit, begun = time.monotonic() + 120, len(acknowledged.read_text())
    while min(acknowledged.read_text()[begun:].count(kind) for kind in ("person", "reading", "file")) <= 11:
        assert time.monotonic() < limit, acknowledged.read_text()[-500:]
        time.sleep(0.05)


@pytest.mark.timeout(600)
def test_nothing_acknowledged_before_the_point_is_missing(places: tuple[Place, Place], kept: Path, tmp_path: Path) -> None:
    system, again = places
    if system.database_url:
        system.done("prepare")
    else:
        shutil.copytree(kept / "data", system.data, ignore=shutil.ignore_patterns("bus"))
    key, sealed = tmp_path / "key.txt", not system.database_url  # one of the two is sealed, the other is in clear
    if sealed:
        system.environment["TOCSIN_BACKUP_RECIPIENTS"] = new_identity(key)
    bus = RunningBus(system.data, system.environment)
    try:
        with (tmp_path / "acknowledged").open("w") as lines:
            program = [sys.executable, "-m", "tests.deploy.busy"]
            busy = subprocess.Popen(program, env=system.environment, stdin=subprocess.PIPE, stdout=lines, text=True)
        wait_for_more_of_each(tmp_path / "acknowledged")
        said = system.done("backup", str(tmp_path / "backup"))
        wait_for_more_of_each(tmp_path / "acknowledged")
        busy.communicate("")
        acknowledged = (tmp_path / "acknowledged").read_text().splitlines()
    finally:
        bus.stop()
    assert busy.returncode == 0
    point = re.search(r"point +(\S+)Z", said)
    assert point
    before: dict[str, set[int]] = {"person": set(), "reading": set(), "file": set()}
    for name, moment, number in (line.split() for line in acknowledged):
        if moment < point.group(1):
            before[name].add(int(number))
    assert all(len(numbers) > 10 for numbers in before.values()), {name: len(numbers) for name, numbers in before.items()}

    if sealed:
        assert [path.name for path in (tmp_path / "backup").iterdir()] == ["backup.age"]
        assert not (system.data / "sealing").exists(), "nothing in clear is left behind"
        told = again.done("restore", str(tmp_path / "backup"), "--identity", str(key))
    else:
        told = again.done("restore", str(tmp_path / "backup"))
    assert "all sessions are ended" in told and re.search(r"[\d,]+ accounts that can sign in\n +admin", told)
    assert "person-0" in (again.data / "restored.txt").read_text() and "0 rows were older than the policy" in told
    assert not (again.data / "restoring").exists()
    seen = json.loads(again.done("manage", "shell", "-v", "0", "-c", LOOK).split("SEEN ")[1])
    for name, numbers in before.items():
        assert numbers <= set(seen[name]), f"{name}: missing {sorted(numbers - set(seen[name]))[:10]}"
    assert seen["audited"] == len(seen["person"])
    first, last = seen["log"]
    assert first - 1 <= seen["position"] <= last  # the detector goes on where it was
    assert (again.data / "secret_key").read_text() == (system.data / "secret_key").read_text()
    assert (again.data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert open_to_others(tmp_path / "backup") + open_to_others(again.data) == []


def test_what_a_shell_lets_others_read_they_do_not_read(kept: Path) -> None:
    assert open_to_others(kept / "data") + open_to_others(kept / "backup") == []


def damaged(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept / "backup", tmp_path / "copy"))


def test_a_whole_backup_is_said_to_be_whole(kept: Path, tmp_path: Path) -> None:
    assert "is whole" in Place(tmp_path / "unused").done("restore", "--check", str(kept / "backup"))
    assert not (tmp_path / "unused").exists()


def change(copy: Path) -> None:
    with (copy / "database").open("r+b") as file:
        file.seek(5000)
        file.write(b"?")


DAMAGES = {
    "a changed byte": (change, "database"),
    "a lost file": (lambda copy: (copy / "files/secret_key").unlink(), "secret_key"),
    "a file too many": (lambda copy: (copy / "files/more").write_text("x"), "more"),
    "not finished": (lambda copy: (copy / "manifest.json").unlink(), "not finished"),
}


def configured(data: Path, database_url: str = "") -> Configuration:
    return dataclasses.replace(Configuration.from_environment(), data=data, database_url=database_url)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_backup_is_not_restored(name: str, kept: Path, tmp_path: Path) -> None:
    copy, (damage, told) = damaged(kept, tmp_path), DAMAGES[name]
    damage(copy)
    with pytest.raises(InvalidInput, match=told):
        restore_backup(configured(tmp_path / "target"), copy)
    assert not (tmp_path / "target").exists()


def test_nothing_is_overwritten(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target/mine").write_text("x")
    with pytest.raises(Conflict, match="target is not empty"):
        restore_backup(configured(tmp_path / "target"), kept / "backup")
    assert [path.name for path in (tmp_path / "target").iterdir()] == ["mine"]
    with pytest.raises(Conflict, match="not empty"):
        take_backup(configured(kept / "data"), kept / "backup")
    with pytest.raises(Conflict, match="data folder"):
        take_backup(configured(kept / "data"), kept / "data/backup")


def test_the_other_kind_of_database_is_refused(kept: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="backup of sqlite"):
        restore_backup(configured(tmp_path / "target", "postgresql://nobody@127.0.0.1:1/none"), kept / "backup")

"""The databases that tests begin with, made once: a file of SQLite that is copied, a template of PostgreSQL."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

import psycopg
from asgiref.sync import SyncToAsync
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import ModelState, ProjectState
from django.db.utils import ConnectionHandler

from tests import strict_tables
from tests.strict_tables import tighten
from tocsin.portal.configuration import database_settings

ROOT = Path(__file__).resolve().parents[1]
SERVER = os.environ.get("TOCSIN_TEST_POSTGRESQL", "")
KEPT = Path(tempfile.gettempdir()) / f"tocsin-test-{os.getuid()}"
PREPARE = "import gc; gc.disable(); import django; django.setup(); from tests.databases import prepare; prepare(migrate={})"
TEMPLATE = "tocsin_test_template_"
ONE_AT_A_TIME = 7_426_001  # the advisory lock of whoever makes or clones the template


def prepare(*, migrate: bool) -> None:
    """Fills the database of the settings with tables and regions: as the product does, or by every migration from the first."""
    from tocsin.jurisdiction.areas.services import ensure_regions, ensure_towns
    from tocsin.portal.tables import bring_tables_up_to_date

    if migrate:
        with patch.object(ProjectState, "add_model", _add_model):
            call_command("migrate", verbosity=0, skip_checks=True)
    else:
        bring_tables_up_to_date()
    ensure_regions()
    ensure_towns()
    connections.close_all()


def _add_model(state: ProjectState, added: ModelState) -> None:
    """Django's own, which makes anew with each model the classes of all that hang together with it: three hundred times three
    hundred. No earlier model knows of one that is only now added.
    """
    key = added.app_label, added.name_lower
    state.models[key] = added
    if state._relations is not None:  # type: ignore[attr-defined]
        state.resolve_model_relations(key)  # type: ignore[attr-defined]
    if "apps" in vars(state):
        state.apps.render_multiple([added])


_MAKERS = {"migrations", "models", "tables"}


@cache
def identity() -> str:
    """Twelve digits that change with migrations, models, regions, towns and the versions of libraries."""
    package, text = ROOT / "src" / "tocsin", hashlib.sha256((ROOT / "uv.lock").read_bytes())
    text.update(Path(strict_tables.__file__).read_bytes())
    for path in sorted(package.rglob("*.*")):
        if (path.suffix == ".py" and (_MAKERS & {*path.parts, path.stem})) or path.name in ("regions.csv", "towns.csv"):
            text.update(str(path.relative_to(package)).encode() + path.read_bytes())
    return text.hexdigest()[:12]


def made(*, strict: bool = True) -> Path:
    """A file of SQLite with tables and regions, as the product makes it, or with the checks of tests. Nobody writes to it."""
    path = KEPT / f"{identity()}{'' if strict else '-as-made'}.sqlite3"
    KEPT.mkdir(mode=0o700, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            for old in KEPT.glob("*.sqlite3"):
                if old.stat().st_mtime < time.time() - 7 * 86400:
                    old.unlink()
            with tempfile.TemporaryDirectory(dir=KEPT) as folder:
                fill(Path(folder), "")
                filled = Path(folder) / "tocsin.sqlite3"
                shutil.copyfile(filled, Path(folder) / "as-made")
                tighten(filled)
                (Path(folder) / "as-made").rename(KEPT / f"{identity()}-as-made.sqlite3")
                filled.rename(path)
    return path


def copy_into(folder: Path, *, strict: bool = True) -> Path:
    """Gives a data folder its database; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made(strict=strict), folder / "tocsin.sqlite3")
    return folder


def fill(folder: Path, url: str, *, migrate: bool = False) -> None:
    """`prepare` in a process of its own."""
    own = {"TOCSIN_DATA": str(folder), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
    program = [sys.executable, "-c", PREPARE.format(migrate)]
    done = subprocess.run(program, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@contextmanager
def on_server(name: str, *, empty: bool = False) -> Iterator[str]:
    """A database of that name on PostgreSQL, dropped at the end; yields its address. One that is `empty` has no tables yet."""
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        template = "template0" if empty else _template(server)
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    try:
        yield _address(name)
    finally:
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _template(server: "psycopg.Connection[tuple[str]]") -> str:
    """The name of the database that others are cloned from, made where it is missing."""
    wanted, begun = TEMPLATE + identity(), f"{TEMPLATE}begun"
    rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATE]).fetchall()
    there = {name for (name,) in rows}
    if wanted not in there:
        for name in there:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        server.execute(f"CREATE DATABASE {begun}".encode())
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder), _address(begun))
        server.execute(f"ALTER DATABASE {begun} RENAME TO {wanted}".encode())
    return wanted


def _address(name: str) -> str:
    return f"{SERVER.rsplit('/', 1)[0]}/{name}"


@contextmanager
def in_place(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """What is `default` inside, in every thread, is that database."""
    before = connections["default"]
    _exchange(connection)
    try:
        yield
    finally:
        _exchange(before)


def _exchange(connection: BaseDatabaseWrapper) -> None:
    connections["default"], connections.settings["default"] = connection, connection.settings_dict
    # The one thread that lives beside the tests' own is asgiref's: it opens its connection anew.
    SyncToAsync.single_thread_executor.submit(_forget).result()
    ContentType = import_module("django.contrib.contenttypes.models").ContentType  # noqa: N806 - apps are not ready before
    ContentType.objects.clear_cache()


def _forget() -> None:
    connections["default"].close()
    del connections["default"]


def connection_to(url: str, folder: Path) -> BaseDatabaseWrapper:
    """A connection of its own to the database at an address, or in a folder where there is none."""
    return ConnectionHandler({"default": database_settings(url, folder)})["default"]


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """The services write into the database of a data folder, as a program of their own would. The caller has unblocked it."""
    connection = connection_to("", folder)
    with in_place(connection):
        yield
    connection.close()


class SecondDatabase:
    """PostgreSQL for the tests that name it. Its database is made at the first of them."""

    def __init__(self) -> None:
        self._kept = ExitStack()
        self._connection: BaseDatabaseWrapper | None = None

    def in_place(self) -> AbstractContextManager[None]:
        if self._connection is None:
            url = self._kept.enter_context(on_server(f"tocsin_test_{os.getpid()}"))
            self._connection = connection_to(url, KEPT)
        return in_place(self._connection)

    def close(self) -> None:
        """Drops what was made."""
        if self._connection is not None:
            self._connection.close()
        self._kept.close()

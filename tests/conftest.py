"""What all tests share: a data folder, two databases, quick passwords, and no skips where everything is installed."""

import dataclasses
import gc
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from django.conf import settings
from django.template import Template
from django.test import TransactionTestCase
from django.test.utils import _TestState
from hypothesis.internal.conjecture import providers

from tests import open_transactions, remains
from tests.budgets import Budgets
from tests.databases import SERVER, SecondDatabase, copy_into
from tests.programs import CHROMIUM, NGINX
from tests.second_runs import SecondRuns
from tocsin.base import keys
from tocsin.portal.configuration import Configuration

gc.disable()  # until all is collected: see `tocsin.base.process.loading`
_DATA = tempfile.mkdtemp(prefix="tocsin-test-")
os.environ["TOCSIN_DATA"] = _DATA  # before the settings are read
os.environ["TOCSIN_SECOND_STEP"] = "offered"  # of the processes that tests start
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"tocsin-test-numba-{os.getuid()}"))

# The suite tries the same examples each time, and no machine is too slow for them; `make fuzz` looks for new ones.
hypothesis.settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
if hypothesis.settings.get_current_profile_name() == "suite":
    # Else one value in twenty is a constant of some module of ours that is loaded: it reads all of them in each process for that,
    # and a test draws other values when it runs beside others or when a constant changes anywhere.
    providers._get_local_constants = lambda: providers._local_constants

SECOND = SecondDatabase()
SECOND_RUNS = SecondRuns()
AS_MADE = pytest.StashKey[Configuration]()
EVENING_S = 10
SELDOM = 50_000, 20, 20
"""Objects between two collections of garbage, and how many of them make one of older objects: a thirtieth of the tests' time."""
ALONE = {"accuracy", "atlas", "browser", "console", "demo", "deploy", "e2e", "engine", "simulation"}
"""Folders whose tests run on SQLite only: the tables that they use have tests of their own."""

LONGEST = (
    "test_house.py",
    "test_up.py",
    "test_wheel.py",
    "test_kill.py",
    "test_siege.py",
    "test_demo.py",
    "test_backup.py",
    "test_crowd.py",
    "test_hostile.py",
    "test_form_borders.py",
    "test_body_borders.py",
    "test_page_borders.py",
    "test_borders.py",
    "test_concurrency.py",
    "test_door.py",
    "test_console.py",
    "test_databases.py",
    "test_shift.py",
    "test_units.py",
    "test_one_map.py",
    "test_hazard_report.py",
    "test_page_headers.py",
)
"""A run ends with its last file: those that take longest begin first."""

WHOLE_SYSTEM = (
    "browser",
    "bus/test_cluster.py",
    "command/test_crowd.py",
    "command/test_storms.py",
    "command/test_worker_killed.py",
    "demo",
    "deploy/test_backup.py",
    "deploy/test_backup_by_page.py",
    "deploy/test_upgrade.py",
    "deploy/test_wheel.py",
    "e2e",
    "jurisdiction/test_body_borders.py",
    "jurisdiction/test_borders.py",
    "jurisdiction/test_form_borders.py",
    "jurisdiction/test_hostile.py",
    "jurisdiction/test_page_borders.py",
    "jurisdiction/test_page_headers.py",
    "jurisdiction/test_stateful.py",
    "notices/test_senders_killed.py",
    "records/test_looking.py",
    "records/test_new_year.py",
    "test_databases.py",
    "test_fork_server.py",
    "warning/test_concurrency.py",
    "warning/test_kill.py",
    "warning/test_several_processes.py",
    "workshop/test_shards.py",
    "workshop/test_siege.py",
)
"""Folders and files that start a Tocsin of their own, a browser, a cluster, or walk through every page and operation: marked
`system`, left out by `make test`, run by `make system`.
"""


def pytest_configure(config: pytest.Config) -> None:
    """Tests of the second step of signing in demand it themselves; the settings were read before this file."""
    if os.environ.get("DATABASE_URL"):
        raise pytest.UsageError("tests choose their databases themselves: unset DATABASE_URL, and see TOCSIN_TEST_POSTGRESQL")
    config.pluginmanager.register(Budgets(counts=not hasattr(config, "workerinput")))
    config.pluginmanager.register(SECOND_RUNS)
    config.stash[AS_MADE] = dataclasses.replace(settings.CONFIGURATION, data=Path(_DATA), second_step="offered")
    remains.configure(config.stash[AS_MADE])
    keys.keep_in(Path(_DATA))  # a worker that replaces its secret signs out nobody in another one's tests
    # A quarter of a second for each account in service; here they are many, and nobody guesses.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    # It exists only for servers of events: before it, each call of the test client would start a loop of events of its own.
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if not one.startswith("servestatic.")]
    # A file, as in production: threads that share a database in memory lock each other's tables. It need not outlive a power cut.
    settings.DATABASES["default"]["NAME"] = str(Path(_DATA) / "tocsin.sqlite3")
    open_transactions.watch()
    SECOND_RUNS.watch()
    TransactionTestCase._fixture_teardown = remains.restore_database
    # TOCSIN_TEST_REVERSED=1: rows come in the other order wherever nobody asked for one, and who leans on theirs fails now.
    order = "PRAGMA reverse_unordered_selects=ON;" if os.environ.get("TOCSIN_TEST_REVERSED") == "1" else ""
    # A whole test fits into the memory that pages and undone statements get.
    memory = "PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;"
    settings.DATABASES["default"]["OPTIONS"]["init_command"] = (
        f"PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; {memory} {order}"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that asks for the database runs on PostgreSQL, too, where there is one: `test_name[postgresql]`."""
    marker = metafunc.definition.get_closest_marker("django_db")
    asks = "db" in metafunc.fixturenames or (marker and marker.kwargs.get("databases") != ())
    again = asks and not metafunc.definition.get_closest_marker("one_database")
    folder = metafunc.definition.path.relative_to(Path(__file__).parent).parts[0]
    if SERVER and again and folder not in ALONE:
        metafunc.parametrize("database", [pytest.param("sqlite", id=pytest.HIDDEN_PARAM), "postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> str:
    """Where the test's rows lie: sqlite or postgresql."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> None:
    """A copy of the made database."""
    copy_into(Path(_DATA))


@pytest.fixture(scope="session", autouse=True)
def _pages_are_read_as_text(django_test_environment: None) -> None:
    """Nobody here asks for the contexts of a page's templates: Django's tests would keep a copy for each part that is drawn."""
    Template._render = _TestState.saved_data.template_render


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """From the first fixture to the last the database is that of the test's name. None begins at the very end of a day, and none
    with anything of the one before.
    """
    if SECOND_RUNS.is_needless(item):
        return (yield)
    wait_for_midnight()
    remains.configure(item.config.stash[AS_MADE])
    remains.forget()
    with SECOND.in_place() if on_postgresql(item) else nullcontext(), SECOND_RUNS.written_down(item):
        return (yield)


def wait_for_midnight() -> None:
    """Tests that ask for the day twice, themselves and through the product, would get two answers: here and in UTC."""
    for zone in (UTC, ZoneInfo(settings.TIME_ZONE)):
        now = datetime.now(tz=zone)
        left_s = 86_400 - (now.hour * 3600 + now.minute * 60 + now.second)
        if left_s <= EVENING_S:
            time.sleep(left_s)


def on_postgresql(item: pytest.Item) -> bool:
    parameters: dict[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
    return parameters.get("database") == "postgresql"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that need what a bare machine lacks say so by name. What lasts longest begins first, beside everything else."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))
    for item in items:
        place = item.path.relative_to(Path(__file__).parent)
        if place.as_posix() in WHOLE_SYSTEM or place.parts[0] in WHOLE_SYSTEM:
            item.add_marker(pytest.mark.system)
    absent = {
        "browser": None if CHROMIUM else "chromium is not installed (Debian: apt-get install chromium)",
        "nginx": None if NGINX else "nginx or openssl is not installed (Debian: apt-get install nginx openssl)",
        "postgresql": None if SERVER else "TOCSIN_TEST_POSTGRESQL names no server",
    }
    for item in items:
        for marker, reason in absent.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """With TOCSIN_NO_SKIPS=1 a skipped test is a failed one."""
    report = yield
    if os.environ.get("TOCSIN_NO_SKIPS") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {report.longrepr}"
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """What is left is nobody's any more: pytest's last five collections walked through all of it, and xdist interrupts who is not
    gone after five seconds.
    """
    gc.freeze()
    SECOND.close()
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture
def chromium() -> str:
    """Path of the browser; tests that use it carry the marker `browser`."""
    assert CHROMIUM
    return CHROMIUM

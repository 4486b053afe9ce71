"""What all tests share: a data folder of their own, and the rule that nothing is skipped where everything is installed."""

import dataclasses
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

_DATA = tempfile.mkdtemp(prefix="tocsin-test-")
os.environ["TOCSIN_DATA"] = _DATA
settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=Path(_DATA))  # pytest-django has read the settings
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: threads that share a database in memory lock each other's tables. It need not outlive a power cut.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(Path(_DATA) / "test.sqlite3")
    settings.DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
os.environ["TOCSIN_SECOND_STEP"] = "offered"  # of the processes that tests start
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"tocsin-test-numba-{os.getuid()}"))

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") and shutil.which("openssl")
POSTGRESQL = os.environ.get("TOCSIN_TEST_POSTGRESQL", "")


def pytest_configure() -> None:
    """Tests of the second step of signing in demand it themselves; the settings were read before this file."""
    from django.conf import settings

    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, second_step="offered")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that need what a bare machine lacks say so by name. What lasts longest begins first, beside everything else."""
    items.sort(key=lambda item: item.path.name not in ("test_postgresql.py", "test_house.py"))
    absent = {
        "browser": None if CHROMIUM else "chromium is not installed (Debian: apt-get install chromium)",
        "nginx": None if NGINX else "nginx or openssl is not installed (Debian: apt-get install nginx openssl)",
        "postgresql": None if POSTGRESQL else "TOCSIN_TEST_POSTGRESQL names no server",
    }
    for item in items:
        for marker, reason in absent.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """With TOCSIN_NO_SKIPS=1 a skipped test is a failed one."""
    report = yield
    if os.environ.get("TOCSIN_NO_SKIPS") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {report.longrepr}"
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(autouse=True)
def _forgotten_networks() -> None:
    """A test's database is rolled back, version numbers of networks with it: what a process remembers of them must go too."""
    from tocsin.lifelines import queries
    from tocsin.records.versions import queries as versions
    from tocsin.warning.diagnosis.queries import surroundings

    queries._networks.clear()
    surroundings._sensors.clear()
    versions.mark_path().unlink(missing_ok=True)


@pytest.fixture
def chromium() -> str:
    """Path of the browser; tests that use it carry the marker `browser`."""
    assert CHROMIUM
    return CHROMIUM

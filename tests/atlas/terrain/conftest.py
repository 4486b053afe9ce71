"""Who keeps the map, and no terrain in the data folder that tests share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.languages import english  # noqa: F401 - texts are compared in English
from tests.people import make_person
from tocsin.atlas.layers.services.terrain import loading
from tocsin.atlas.layers.services.terrain.child import read
from tocsin.jurisdiction.people.models import User


@pytest.fixture
def keeper(db: None) -> User:
    return make_person("system_administrator", organisation="monitoring_centre")


@pytest.fixture
def served() -> Iterator[Path]:
    """The folder from which pages and programs are served."""
    folder = settings.CONFIGURATION.data / "terrain"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_process() -> None:
    """The files are read in the process that reads them in an installation."""


@pytest.fixture(autouse=True)
def this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere they are read here: to start a process takes longer than most of these tests."""
    if "own_process" not in request.fixturenames:
        monkeypatch.setattr(loading, "_ask_child", read)

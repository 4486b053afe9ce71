"""Doors that are started for tests."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.sensing.running import RunningDoor, StartDoor


@pytest.fixture
def start_door(tmp_path: Path, settings: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[StartDoor]:
    """Starts the door with variables of the environment; `tocsin.bus.connection.connect()` then leads to its bus."""
    started: list[RunningDoor] = []

    def start(**environment: str) -> RunningDoor:
        started.append(RunningDoor(tmp_path, django_db_blocker, **environment))
        leads_to(settings, started[-1])
        return started[-1]

    yield start
    for door in started:
        door.stop()


@pytest.fixture(scope="module")
def one_door(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[RunningDoor]:
    """A door for all tests of a file that leave it standing; each has a device of its own."""
    door = RunningDoor(tmp_path_factory.mktemp("door"), django_db_blocker)
    yield door
    door.stop()


@pytest.fixture
def door(one_door: RunningDoor, settings: Any) -> RunningDoor:
    """The one door; `connect()` leads to its bus."""
    leads_to(settings, one_door)
    return one_door


def leads_to(settings: Any, door: RunningDoor) -> None:
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=door.data, nats_url="")

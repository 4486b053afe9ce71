"""The door that is started for a test."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.sensing.running import RunningDoor


@pytest.fixture
def start_door(tmp_path: Path, settings: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[..., RunningDoor]]:
    """Starts the door with variables of the environment; `tocsin.bus.connection.connect()` then leads to its bus."""
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path, nats_url="")
    started: list[RunningDoor] = []

    def start(**environment: str) -> RunningDoor:
        started.append(RunningDoor(tmp_path, django_db_blocker, **environment))
        return started[-1]

    yield start
    for door in started:
        door.stop()

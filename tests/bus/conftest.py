"""The bus fixtures."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bus.running import RunningBus


@pytest.fixture
def bus(tmp_path: Path, settings: Any) -> Iterator[RunningBus]:
    """A running bus to which `tocsin.bus.connection.connect()` leads."""
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path, nats_url="")
    running = RunningBus(tmp_path)
    yield running
    running.stop()

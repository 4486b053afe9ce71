"""Servers that several tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.sensing.opcua.server import RunningServer, running_server


@pytest.fixture(scope="package")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests that leave it as it was."""
    with running_server(tmp_path_factory.mktemp("plant")) as server:
        yield server

"""Tests of connectors may ask this machine, have a data folder of their own, and read files in this process."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from tests.atlas.connectors.policies import set_policy
from tests.atlas.connectors.server import Department, department
from tests.languages import english  # noqa: F401 - used by pytest
from tocsin.atlas.resources.services import child, reading


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder."""
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, data=tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_ask_child", child.read)


@pytest.fixture(autouse=True)
def _policy(monkeypatch: pytest.MonkeyPatch) -> None:
    set_policy(monkeypatch)


@pytest.fixture
def there() -> Iterator[Department]:
    """A department's server."""
    with department() as found:
        yield found

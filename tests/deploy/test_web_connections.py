"""A hundred connections are all that PostgreSQL has as shipped: pages must not use up those of doors and worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from tocsin.portal import web
from tocsin.portal.configuration import database_settings


@pytest.fixture
def on_postgresql(monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectionHandler]:
    """The settings of a PostgreSQL, which is not asked."""
    handler = ConnectionHandler({"default": database_settings("postgresql://tocsin@127.0.0.1/tocsin", Path())})
    monkeypatch.setattr(web, "connections", handler)
    yield handler


def test_a_connection_of_the_web_process_ends_with_its_request(on_postgresql: ConnectionHandler) -> None:
    assert on_postgresql.settings["default"]["CONN_MAX_AGE"] > 0, "loops of the worker keep theirs"
    web.close_connections_with_requests()
    assert on_postgresql["default"].settings_dict["CONN_MAX_AGE"] == 0

"""A disk that can't hold the log is told at once, with how to mend it; nobody waits for a minute to hear that nothing answers."""

import asyncio
from typing import Any

import pytest
from nats.js.client import JetStreamContext
from nats.js.errors import ServerError

from tests.bus.running import RunningBus
from tocsin.bus.connection import DiskTooSmall, connect


def test_no_room_for_the_log_is_told_at_once(bus: RunningBus, monkeypatch: pytest.MonkeyPatch) -> None:
    async def add_stream(*args: Any, **named: Any) -> None:
        raise ServerError(code=500, err_code=10047, description="insufficient storage resources available")

    monkeypatch.setattr(JetStreamContext, "add_stream", add_stream)
    with pytest.raises(DiskTooSmall, match="TOCSIN_LOG_GIGABYTES"):
        asyncio.run(connect(patience_s=30.0))

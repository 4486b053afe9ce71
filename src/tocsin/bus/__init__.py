"""The durable log of readings and events: envelope, outbox and the NATS adapter (the only import of nats)."""

import sys


def _load_client() -> None:
    """NATS would load aiohttp for WebSockets, which nobody speaks here: a fifth of a second of every start."""
    absent = "aiohttp" not in sys.modules
    if absent:
        sys.modules["aiohttp"] = None  # type: ignore[assignment]  # an import of it fails, which NATS expects
    try:
        import nats.aio.client  # noqa: F401
    finally:
        if absent:
            del sys.modules["aiohttp"]


_load_client()

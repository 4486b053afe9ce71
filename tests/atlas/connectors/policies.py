"""The policy of connectors as tests put it in force."""

from typing import Any

import msgspec
import pytest

from tocsin.atlas.connectors.policy import CONNECTORS, ConnectorPolicy

LOOPBACK = ("127.0.0.0/8",)


def policy(**changed: Any) -> ConnectorPolicy:
    """The shipped policy, with this machine allowed and files whole at once, but for what is said."""
    shipped = CONNECTORS.shipped
    told = {"networks": LOOPBACK, "schedule": msgspec.structs.replace(shipped.schedule, quiet_s=0.0), **changed}
    return msgspec.structs.replace(shipped, **told)


def set_policy(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    """From here on that policy is in force."""
    found = policy(**changed)
    for module in ("services.readers", "services.fetching", "services.trying", "queries"):
        monkeypatch.setattr(f"tocsin.atlas.connectors.{module}.connector_policy", lambda: found)

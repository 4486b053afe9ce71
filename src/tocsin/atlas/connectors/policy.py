"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.federation.rules.addresses import require_networks

FILE = Path(__file__).with_name("policy.toml")


class Fetch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a fetch may bring, how long it may take, and how many go on at once."""

    megabytes: Annotated[int, msgspec.Meta(ge=1, le=200)]
    seconds: Annotated[int, msgspec.Meta(ge=5, le=3600)]
    pages: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    at_once: Annotated[int, msgspec.Meta(ge=1, le=16)]


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same of a trial, for which somebody waits."""

    megabytes: Annotated[int, msgspec.Meta(ge=1, le=50)]
    seconds: Annotated[int, msgspec.Meta(ge=2, le=30)]
    rows: Annotated[int, msgspec.Meta(ge=1, le=20)]


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a source is asked, again after a failure, and when the owner is told."""

    without_cycle_h: Annotated[float, msgspec.Meta(gt=0, le=8766)]
    folder_min: Annotated[float, msgspec.Meta(ge=0.1, le=1440)]
    quiet_s: Annotated[float, msgspec.Meta(ge=0, le=3600)]
    retry_min: Annotated[float, msgspec.Meta(ge=0.5, le=1440)]
    longest_retry_h: Annotated[float, msgspec.Meta(gt=0, le=168)]
    tell_after: Annotated[int, msgspec.Meta(ge=1, le=100)]


class Bus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How messages of a bus become deliveries."""

    look_s: Annotated[float, msgspec.Meta(ge=1, le=3600)]
    messages: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    gather_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)]
    after_broken_min: Annotated[float, msgspec.Meta(ge=1, le=10_080)]
    most_messages: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    set_aside: Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class ConnectorPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    networks: tuple[str, ...]
    fetch: Fetch
    trial: Trial
    schedule: Schedule
    bus: Bus


def _check(policy: ConnectorPolicy, source: str) -> None:
    require_networks(policy.networks, source)


CONNECTORS = PolicyFile("atlas.connectors", FILE, reader(ConnectorPolicy, _check), "数据接入", "Connectors")


def connector_policy() -> ConnectorPolicy:
    """The policy in force."""
    return CONNECTORS.current()

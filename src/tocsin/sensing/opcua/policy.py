"""`policy.toml` as frozen values."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.federation.rules.addresses import NEVER
from tocsin.sensing.opcua.rules.orders import Limits

FILE = Path(__file__).with_name("policy.toml")


class Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often, how much and how patiently servers are asked."""

    servers: Annotated[int, msgspec.Meta(ge=1, le=500)]
    least_period_s: Annotated[float, msgspec.Meta(ge=0.1, le=3600)]
    nodes: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    queue: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    nodes_a_request: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    answer_within_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)]
    first_retry_s: Annotated[float, msgspec.Meta(ge=0.01, le=60)]
    longest_retry_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)]
    session_s: Annotated[float, msgspec.Meta(ge=10, le=86_400)]
    history_a_node: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    message_kilobytes: Annotated[int, msgspec.Meta(ge=64, le=65_536)]
    memory_megabytes: Annotated[int, msgspec.Meta(ge=256, le=4096)]


class OpcUaPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    networks: tuple[str, ...]
    asking: Asking

    def limits(self, late_days: float) -> Limits:
        """What the process that speaks to a server is told of it."""
        asking = self.asking
        return Limits(
            answer_within_s=asking.answer_within_s,
            first_retry_s=asking.first_retry_s,
            longest_retry_s=asking.longest_retry_s,
            session_s=asking.session_s,
            message_bytes=asking.message_kilobytes * 1024,
            memory_bytes=asking.memory_megabytes * 1024 * 1024,
            nodes_a_request=asking.nodes_a_request,
            history_a_node=asking.history_a_node,
            late_s=late_days * 86_400,
        )


def _check(policy: OpcUaPolicy, source: str) -> None:
    for text in policy.networks:
        try:
            network = ip_network(text)
        except ValueError:
            raise ValueError(f"{source}: networks: {text} is no network, as 10.1.0.0/16 is one") from None
        for never in NEVER:
            if network.version == never.version and network.overlaps(never):
                raise ValueError(
                    f"{source}: networks: {text} holds {never}, where machines tell their keys: name smaller networks"
                )


OPCUA = PolicyFile("sensing.opcua", FILE, reader(OpcUaPolicy, _check), "OPC UA 采集", "OPC UA servers that are asked")


def opcua_policy() -> OpcUaPolicy:
    """The policy in force."""
    return OPCUA.current()

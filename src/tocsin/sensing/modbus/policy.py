"""`policy.toml` as frozen values."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.federation.rules.addresses import NEVER

FILE = Path(__file__).with_name("policy.toml")


class Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often, how much and how patiently units are asked."""

    least_period_s: Annotated[float, msgspec.Meta(ge=0.1, le=3600)]
    registers: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    addresses: Annotated[int, msgspec.Meta(ge=1, le=5000)]
    pause_s: Annotated[float, msgspec.Meta(ge=0, le=10)]
    answer_within_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)]
    longest_retry_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)]


class ModbusPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    networks: tuple[str, ...]
    asking: Asking


def _check(policy: ModbusPolicy, source: str) -> None:
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


MODBUS = PolicyFile("sensing.modbus", FILE, reader(ModbusPolicy, _check), "Modbus 采集", "Modbus units that are asked")


def modbus_policy() -> ModbusPolicy:
    """The policy in force."""
    return MODBUS.current()

"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.federation.rules.addresses import require_networks

FILE = Path(__file__).with_name("policy.toml")


class CertificatesPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long certificates of devices hold, when their end is told, and how many there may be."""

    validity_days: Annotated[int, msgspec.Meta(ge=1, le=7300)]
    overlap_days: Annotated[int, msgspec.Meta(ge=0, le=365)]
    warn_days: Annotated[int, msgspec.Meta(ge=1, le=365)]
    named: Annotated[int, msgspec.Meta(ge=1, le=50)]
    most_per_device: Annotated[int, msgspec.Meta(ge=2, le=100)]


class AuthoritiesPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long the city's own authority holds, and how many there may be in all."""

    validity_days: Annotated[int, msgspec.Meta(ge=30, le=18_250)]
    most: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class ListsPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a revocation list may be, and when lists are fetched. `networks`: inside, from which they may be."""

    most_bytes: Annotated[int, msgspec.Meta(ge=1024, le=20_000_000)]
    most: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    ahead_min: Annotated[int, msgspec.Meta(ge=0, le=1440)]
    every_hours: Annotated[int, msgspec.Meta(ge=1, le=720)]
    before_hours: Annotated[int, msgspec.Meta(ge=0, le=168)]
    retry_min: Annotated[int, msgspec.Meta(ge=1, le=1440)]
    tell_after: Annotated[int, msgspec.Meta(ge=1, le=100)]
    seconds: Annotated[int, msgspec.Meta(ge=1, le=300)]
    networks: tuple[str, ...]


class DeviceCertificatesPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    certificates: CertificatesPolicy
    authorities: AuthoritiesPolicy
    lists: ListsPolicy


def _check(policy: DeviceCertificatesPolicy, source: str) -> None:
    require_networks(policy.lists.networks, source)


CERTIFICATES = PolicyFile(
    "sensing.certificates", FILE, reader(DeviceCertificatesPolicy, _check), "设备证书", "Certificates of devices"
)


def certificates_policy() -> DeviceCertificatesPolicy:
    """The policy in force."""
    return CERTIFICATES.current()

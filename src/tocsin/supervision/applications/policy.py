"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

type Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class ApplicationLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much strangers may ask for."""

    per_minute: Count
    waiting_of_firm: Count
    waiting_of_area: Count


class ApplicationPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    limits: ApplicationLimits


APPLICATIONS = PolicyFile(
    "supervision.applications",
    Path(__file__).with_name("policy.toml"),
    reader(ApplicationPolicy),
    "企业自行注册",
    "Firms that register themselves",
)


def limits() -> ApplicationLimits:
    """The limits in force."""
    return APPLICATIONS.current().limits

"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class BackupPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old the newest backup may be."""

    due_hours: Annotated[float, msgspec.Meta(ge=1, le=8760)]


class SystemPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    backup: BackupPolicy


SYSTEM = PolicyFile("records.system", FILE, reader(SystemPolicy), "系统运行提醒", "What the installation tells of itself")


def system_policy() -> SystemPolicy:
    """The policy in force."""
    return SYSTEM.current()


def backup_due_s() -> float:
    """From which age on the newest backup is late."""
    return system_policy().backup.due_hours * 3600

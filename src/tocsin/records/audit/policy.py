"""`audit.toml` as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, read_policy

AUDIT_FILE = Path(__file__).with_name("audit.toml")
FEWEST_DAYS = 180


class AuditPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days an entry of the audit trail is kept at least."""

    keep_days: int


def audit_policy() -> AuditPolicy:
    """The policy of the audit trail in force."""
    return AUDIT.current()


def read_audit_policy(text: bytes, source: str) -> AuditPolicy:
    """The policy of a TOML text; ValueError names `source` and the key that can't be read or is too small."""
    found = read_policy(text, AuditPolicy, source)
    if found.keep_days < FEWEST_DAYS:
        raise ValueError(f"{source}: keep_days is {found.keep_days}; the law asks for six months, so {FEWEST_DAYS} at least")
    return found


AUDIT = PolicyFile("records.audit", AUDIT_FILE, read_audit_policy, "审计留存", "Audit trail")

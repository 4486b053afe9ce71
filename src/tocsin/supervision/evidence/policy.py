"""What is taken from platforms, as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class EvidencePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken from platforms."""

    keep_days: int
    ahead_min: float
    records_at_once: int


EVIDENCE = PolicyFile("supervision.evidence", FILE, reader(EvidencePolicy), "平台佐证", "Evidence of platforms")


def evidence_policy() -> EvidencePolicy:
    """The policy in force."""
    return EVIDENCE.current()

"""What is taken from platforms, as frozen values; an unknown or missing key is refused with its name."""

from functools import cache
from pathlib import Path

import msgspec

from tocsin.supervision.objects.policy.files import read_file

FILE = Path(__file__).with_name("policy.toml")


class EvidencePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken from platforms."""

    keep_days: int
    ahead_min: float
    records_at_once: int


@cache
def evidence_policy() -> EvidencePolicy:
    """The shipped policy."""
    return read_file(FILE, EvidencePolicy)

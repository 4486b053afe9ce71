"""`policy.toml` of attachments as frozen values; an unknown or missing key is refused with its name."""

from functools import cache
from pathlib import Path

import msgspec

from tocsin.base.policy import read_policy

FILE = Path(__file__).with_name("policy.toml")


class AttachmentPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of what is taken and what is kept of it."""

    largest_megabytes: float
    largest_megapixels: float
    kept_side_pixels: int
    kept_quality: int
    most_per_object: int


@cache
def shipped_policy() -> AttachmentPolicy:
    """The shipped limits; ValueError names the key that can't be read."""
    return read_policy(FILE.read_bytes(), AttachmentPolicy, str(FILE))

"""`policy.toml` of attachments as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class AttachmentPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of what is taken and what is kept of it."""

    largest_megabytes: float
    largest_megapixels: float
    largest_megapixels_whole: float
    largest_megapixels_webp: float
    largest_megapixels_heic: float
    kept_side_pixels: int
    kept_quality: int
    most_per_object: int
    most_per_request: int


ATTACHMENTS = PolicyFile("records.attachments", FILE, reader(AttachmentPolicy), "附件", "Attachments")


def attachment_policy() -> AttachmentPolicy:
    """The limits in force."""
    return ATTACHMENTS.current()

"""Files attached to objects of any capability: checked, made harmless, kept by hash, read by whoever may read the object."""

from tocsin.records.attachments.descriptions import describe_attachment
from tocsin.records.attachments.keeping import (
    MayRead,
    attachments_of,
    attachments_of_all,
    bytes_of,
    keep_attachment,
    picture_of,
    readable_attachment,
)

__all__ = [
    "MayRead",
    "attachments_of",
    "attachments_of_all",
    "bytes_of",
    "describe_attachment",
    "keep_attachment",
    "picture_of",
    "readable_attachment",
]

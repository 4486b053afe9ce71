"""Files attached to objects of any capability: checked, made harmless, kept by hash, read by whoever may read the object."""

from tocsin.records.attachments.keeping import MayRead, attachments_of, bytes_of, keep_attachment, picture_of, readable_attachment

__all__ = ["MayRead", "attachments_of", "bytes_of", "keep_attachment", "picture_of", "readable_attachment"]

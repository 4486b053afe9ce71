"""Attachments as people and programs read them."""

from typing import Any

from tocsin.records.attachments.models import Attachment


def describe_attachment(row: Attachment) -> dict[str, Any]:
    """One attachment; its bytes have an address of their own."""
    return {
        "id": row.pk,
        "object_type": row.object_type,
        "name": row.name,
        "caption": row.caption,
        "media_type": row.media_type,
        "is_picture": row.is_picture,
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
        "width": row.width,
        "height": row.height,
        "taken_at": row.taken_at,
        "held": row.held,
        "at": row.at,
        "actor": row.actor_name,
    }

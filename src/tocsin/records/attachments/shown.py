"""Attachments as people and programs read them."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from tocsin.records.attachments.models import Attachment


class FileOut(Schema):
    """A photo or a document; its bytes are at `/records/attachments/ID/`."""

    id: UUID
    object_type: str = Field(description="what it is attached to: case or order")
    name: str
    caption: str
    media_type: str = Field(description="image/jpeg or application/pdf: what is kept, whatever was sent")
    size_bytes: int
    sha256: str = Field(description="of what is kept")
    width: int
    height: int
    taken_at: datetime | None = Field(description="by the camera's clock")
    at: datetime
    actor: str

    @staticmethod
    def resolve_actor(row: Attachment) -> str:
        return row.actor_name

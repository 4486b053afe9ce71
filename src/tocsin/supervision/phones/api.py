"""What the APIs of tasks, findings and inspections answer about acts that were kept."""

from typing import Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

MOST_COUNTED = 2_000_000_000


LARGEST_PHOTO = 25_000_000


class ActEntryOut(Schema):
    """One act that was kept."""

    id: UUID
    act: str
    act_name: str
    text: str
    at: AwareDatetime
    received_at: AwareDatetime
    actor: str
    device: str
    sequence: int
    version: int
    data: dict[str, Any]
    verdict: str
    conflict: str = Field(description="the conflict in words; empty where the act counts")

"""An act as a device made it, upon a task, a finding or an inspection, with everything that it may carry."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec


class Answer(StrEnum):
    """What an inspector finds of one item."""

    GOOD = "good"
    BAD = "bad"
    NOT_APPLICABLE = "not_applicable"


class FindingGrade(StrEnum):
    """The two grades of a hidden danger (一般隐患, 重大事故隐患)."""

    ORDINARY = "ordinary"
    MAJOR = "major"


type Text = Annotated[str, msgspec.Meta(max_length=2000)]


type Short = Annotated[str, msgspec.Meta(max_length=120)]


class ActData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything that an act upon a task, a finding or an inspection may carry. Degrees are WGS84."""

    text: Text = ""
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    item: Short = ""  # of the check list
    answer: Answer | None = None
    grade: FindingGrade | None = None
    days: Annotated[int, msgspec.Meta(ge=0, le=3650)] | None = None  # to rectify
    until: Short = ""  # a day, YYYY-MM-DD: the end that a deferral or an extension asks for
    person: Short = ""
    money: Short = ""
    measure: Text = ""
    limit: Short = ""
    plan: Text = ""
    attachment: UUID | None = None
    object: UUID | None = None  # of a new inspection: of what, by which list, with whom
    check_list: Short = ""
    list_version: Annotated[int, msgspec.Meta(ge=1)] | None = None
    second: UUID | None = None


def read_act_data(given: dict[str, Any]) -> ActData:
    """The data of an act; ValueError names the key that can't be read."""
    return msgspec.convert(given, ActData, strict=False)


def plain_act_data(data: ActData) -> dict[str, Any]:
    """As it is kept: only what was said."""
    kept: dict[str, Any] = msgspec.to_builtins(data)
    return kept


@dataclass(frozen=True)
class NewAct:
    """The device makes `id` and counts `sequence`; `base_version` is the version that the person saw, None: what is seen now."""

    id: UUID
    subject_id: UUID
    act: str
    at: datetime
    data: ActData = field(default_factory=ActData)
    device: str = ""
    sequence: int = 0
    base_version: int | None = None

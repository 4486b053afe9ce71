"""News of notices. Consumers may see one twice."""

from typing import ClassVar

import msgspec


class NoticesWritten(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bodies and persons are about to be told something; `case_id` is empty where it is about no case."""

    NAME: ClassVar[str] = "command.NoticesWritten"
    case_id: str
    notice_ids: list[str]


class NobodyTold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nobody could be told, at the body itself and upward: the duty desk's screens ring until somebody sees to it."""

    NAME: ClassVar[str] = "command.NobodyTold"
    case_id: str
    notice_id: str


class NoticeSigned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody has signed a notice, on a screen, by a key of the telephone or behind a one-time link."""

    NAME: ClassVar[str] = "command.NoticeSigned"
    case_id: str
    notice_id: str
    order_id: str


OF_NOTICES = (NoticesWritten, NobodyTold, NoticeSigned)
"""Of these open pages are told that they happened, and those of cases with the id of the case."""

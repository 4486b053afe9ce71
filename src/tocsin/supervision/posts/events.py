"""News of people on post. Consumers may see one twice."""

import msgspec


class PersonCalled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody on post of a firm is called to answer until a moment (ISO 8601): the first time, or again (`number`)."""

    object_id: str
    answer_id: str
    number: int
    answer_by: str


class RollCallEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call of one person waits for nothing any more: answered, unanswered, lapsed, or seen to by the county (`seen`)."""

    object_id: str
    answer_id: str
    state: str


class PersonMissing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key post of a firm is not filled: the state of `engine.duty.DutyState`, the role, never the name.

    The county looks until `due_at` (ISO 8601).
    """

    object_id: str
    answer_id: str
    shift_id: str
    role: str
    state: str
    due_at: str

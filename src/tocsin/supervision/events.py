"""News of supervised objects. Consumers may see one twice."""

import msgspec


class ColourChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code of an object has another colour: green, blue, yellow, red or grey."""

    object_id: str
    day: str
    before: str
    after: str


class EpisodeFound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something in a firm's work needs a person: `kind` of `engine.work.EpisodeKind`."""

    episode_id: str
    object_id: str
    kind: str
    level: str


class InspectionDemanded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two independent kinds of evidence agree that a stopped firm works: somebody must look within the hours in policy."""

    episode_id: str
    object_id: str
    kind: str
    level: str
    within_h: float


class EpisodeClosed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person decided what an episode was: confirmed, explained or false."""

    episode_id: str
    object_id: str
    outcome: str


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


class ElectricalDangerFound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A watched place of a firm is nearing its limit, or beyond it: kind and verdict of `engine.work.danger`."""

    object_id: str
    point_id: str
    kind: str
    verdict: str
    hours_to_limit: float | None


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

"""News of whether firms work. Consumers may see one twice."""

import msgspec


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


class ElectricalDangerFound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A watched place of a firm is nearing its limit, or beyond it: kind and verdict of `engine.work.danger`."""

    object_id: str
    point_id: str
    kind: str
    verdict: str
    hours_to_limit: float | None

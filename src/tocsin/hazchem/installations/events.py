"""News of units of plants. Consumers may see one twice."""

import msgspec


class MajorHazardGraded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit has another grade (I to IV, empty for none), by design or by what is there now."""

    unit_id: str
    object_id: str
    grade: str
    grade_now: str

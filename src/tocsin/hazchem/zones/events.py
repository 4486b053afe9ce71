"""News of zones. Consumers may see one twice."""

import msgspec


class ZoneBreached(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of a zone is broken, a button was pressed, or a watcher is away. It names nobody; `permit_id`: of whose work."""

    breach_id: str
    object_id: str
    zone_id: str
    permit_id: str
    kind: str

"""News of planned works and silences. Consumers may see one twice."""

import msgspec


class CoverChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A planned work or a silence was entered, confirmed by a second person, prolonged or ended early; `act` says which."""

    cover_id: str
    kind: str
    act: str

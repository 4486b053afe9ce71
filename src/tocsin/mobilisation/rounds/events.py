"""News of knocking on doors. Consumers may see one twice."""

import msgspec


class DoorsChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Doors of a silent town were given out, knocked at or settled; `act`: given, taken_back, entered, settled or helped."""

    warning_id: str
    round_id: str
    town_code: str
    act: str

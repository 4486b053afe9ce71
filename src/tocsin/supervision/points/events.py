"""News of colours. Consumers may see one twice."""

import msgspec


class ColourChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code of an object has another colour: green, blue, yellow, red or grey."""

    object_id: str
    day: str
    before: str
    after: str

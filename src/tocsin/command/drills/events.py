"""News of drills. Consumers may see one twice."""

import msgspec


class DrillBegan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drill runs: its script's acts are done when they are due."""

    drill_id: str
    name: str


class DrillEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drill is over, and its cases with it."""

    drill_id: str
    name: str

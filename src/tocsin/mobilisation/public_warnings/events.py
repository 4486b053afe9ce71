"""News of public warnings. Consumers may see one twice."""

import msgspec


class WarningIssued(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public warning was signed and goes out; `msg_type` is Alert, Update or Cancel, `sha256` the hash of its bytes."""

    warning_id: str
    kind: str
    level: str
    msg_type: str
    exercise: bool
    sha256: str


class WarningEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public warning holds no longer: `state` is replaced, cancelled or expired."""

    warning_id: str
    state: str

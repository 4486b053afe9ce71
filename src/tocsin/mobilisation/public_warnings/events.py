"""News of public warnings. Consumers may see one twice."""

import msgspec


class WarningDrafted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft of a public warning began or moved; `state`: draft, asked (waits for the second person), dropped."""

    warning_id: str
    state: str
    case_id: str = ""  # from which it is drafted


class WarningIssued(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public warning was signed and goes out; `msg_type` is Alert, Update or Cancel, `sha256` the hash of its bytes."""

    warning_id: str
    kind: str
    level: str
    msg_type: str
    exercise: bool
    sha256: str
    counties: tuple[str, ...] = ()  # in which it holds
    case_id: str = ""


class WarningEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public warning holds no longer: `state` is replaced, cancelled or expired."""

    warning_id: str
    state: str
    counties: tuple[str, ...] = ()
    case_id: str = ""


OF_WARNINGS = (WarningDrafted, WarningIssued, WarningEnded)

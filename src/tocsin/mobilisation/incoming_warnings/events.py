"""News of warnings of other services. Consumers may see one twice."""

import msgspec


class WarningReceived(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A warning of another service came in, was changed or is over; `state`: in_force, cancelled, expired."""

    warning_id: str
    kind: str
    level: str
    state: str
    exercise: bool
    counties: tuple[str, ...] = ()  # that it meets

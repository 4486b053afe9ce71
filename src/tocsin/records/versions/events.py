"""What other parts learn of changed policy."""

import msgspec


class PolicyTried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft was tried and waits for a second person."""

    version_id: str
    policy: str


class PolicyDeclined(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft waits for nobody any more: its author took it back, or a second person said no."""

    version_id: str
    policy: str


class PolicyConfirmed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version of a policy will be in force from its hour."""

    version_id: str
    policy: str
    key: str
    effective_from: str

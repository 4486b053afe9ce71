"""What other parts learn of changed policy."""

import msgspec


class PolicyConfirmed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version of a policy will be in force from its hour."""

    version_id: str
    policy: str
    key: str
    effective_from: str

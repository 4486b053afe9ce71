"""How a capability's `policy.toml` is read: into frozen structs that refuse what they do not know."""

import msgspec


def read_policy[T](text: bytes, kind: type[T], source: str) -> T:
    """The policy in a TOML text; ValueError names `source` and the key that is unknown, missing or of another type.

    >>> class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ...     keep_days: int
    >>> read_policy(b"keep_days = 30", Limits, "policy.toml")
    Limits(keep_days=30)
    """
    try:
        return msgspec.toml.decode(text, type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ValueError(f"{source}: {error}") from None

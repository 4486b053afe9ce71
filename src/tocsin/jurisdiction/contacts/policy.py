"""By what desks and people may be reached: `policy.toml` as frozen values."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class ContactPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many contact points somebody has, which numbers they may be, and how a number is confirmed."""

    most_of_a_kind: int
    most_of_a_desk: int
    countries: tuple[str, ...]
    own_prefixes: tuple[str, ...]
    code_minutes: float
    code_tries: int
    code_every_s: float


CONTACTS = PolicyFile("jurisdiction.contacts", FILE, reader(ContactPolicy), "联系方式", "Contact points")


def policy() -> ContactPolicy:
    """The policy in force."""
    return CONTACTS.current()

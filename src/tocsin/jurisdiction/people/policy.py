"""`policy.toml` as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.jurisdiction.rights.rules import Role

FILE = Path(__file__).with_name("policy.toml")


class LoginPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many wrong passwords within `window_s` seconds close the door for the rest of that window."""

    failures_per_account_and_address: int
    failures_per_account: int
    failures_per_address: int
    failures_per_known_browser: int
    window_s: int
    hash_wait_s: float


class BrowserPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days after its last sign-in a browser is known as its person's."""

    known_days: int


class PasswordPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of the house, of which a password may not be made; the length of one that must be changed at its first use."""

    house_words: tuple[str, ...]
    one_time_length: int


class SecondStepPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose roles demand a code after the password, how many seconds may lie between the two, and for how many days an account
    may put it off on a machine that nobody else reaches.
    """

    demanded_of: tuple[Role, ...]
    wait_s: int
    loopback_days: int


class SessionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """After how many seconds without use, and after how many at all, a session ends."""

    idle_s: int
    longest_s: int
    seen_step_s: int


class TokenPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a token may live, how exactly its last use is known, how early its end is told."""

    longest_days: int
    usual_days: int
    last_use_step_s: int
    warn_days: int


class RostersPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days ahead holes are looked for, and how many hours before a shift its person is told."""

    holes_ahead_days: int
    told_before_h: int


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    login: LoginPolicy
    browser: BrowserPolicy
    password: PasswordPolicy
    second_step: SecondStepPolicy
    session: SessionPolicy
    token: TokenPolicy
    rosters: RostersPolicy


PEOPLE = PolicyFile("jurisdiction.people", FILE, reader(Policy), "登录与人员", "Signing in and people")


def policy() -> Policy:
    """The policy in force."""
    return PEOPLE.current()

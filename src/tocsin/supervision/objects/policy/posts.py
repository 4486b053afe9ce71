"""`posts.toml` as frozen values; an unknown or missing key is refused with its name."""

import re
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.duty.required import PostRule, When

FILE = Path(__file__).with_name("posts.toml")


class OfficeHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Local times as HH:MM."""

    begin: str
    end: str

    def minutes(self) -> tuple[int, int]:
        """Begin and end, minutes of the local day."""
        return _minutes(self.begin), _minutes(self.end)


class Ahead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far ahead posts are looked at."""

    days: int


class SpecialPeriods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a period may be that an authority names, and how many firms are told of it at once."""

    longest_days: int
    told_at_once: int


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One role of key people. `certificate`: what its posts require unless a person's own entry says otherwise."""

    zh: str
    en: str
    certificate: str


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One post that must be filled, with the law or practice behind it."""

    key: str
    zh: str
    en: str
    roles: tuple[str, ...]
    number: int
    when: When
    source: str
    confidence: Literal["A", "B", "C"]
    trades: tuple[str, ...] = ()
    high_risk: bool = False
    least_employees: int = 0
    least_employees_high_risk: int = 0

    def as_rule(self) -> PostRule:
        """The part the engine asks for."""
        return PostRule(
            key=self.key,
            roles=frozenset(self.roles),
            number=self.number,
            when=self.when,
            trades=frozenset(self.trades),
            high_risk=self.high_risk,
            least_employees=self.least_employees,
            least_employees_high_risk=self.least_employees_high_risk,
        )


class PermitPost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post that a permit opens while it holds."""

    key: str
    zh: str
    en: str
    roles: tuple[str, ...]
    number: int
    source: str
    confidence: Literal["A", "B", "C"]


class PostPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`posts.toml`."""

    office_hours: OfficeHours
    ahead: Ahead
    special_periods: SpecialPeriods
    roles: dict[str, Role]
    rule: tuple[Rule, ...]
    permit_post: tuple[PermitPost, ...] = ()

    def __post_init__(self) -> None:
        self.office_hours.minutes()
        named = {role for one in self.rule for role in one.roles} | {role for post in self.permit_post for role in post.roles}
        unknown = sorted(named - set(self.roles))
        if unknown:
            raise ValueError(f"rules name unknown roles: {', '.join(unknown)}")

    def permit_post_of(self, key: str) -> PermitPost | None:
        """The post that permits of this kind open; None where they open none."""
        return next((one for one in self.permit_post if one.key == key), None)

    def rules(self) -> tuple[PostRule, ...]:
        """All rules as the engine asks for them."""
        return tuple(rule.as_rule() for rule in self.rule)


POSTS = PolicyFile("supervision.posts", FILE, reader(PostPolicy), "必设岗位", "Posts that must be filled")


def post_policy() -> PostPolicy:
    """The policy in force."""
    return POSTS.current()


def _minutes(clock: str) -> int:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", clock):
        raise ValueError(f"{clock!r} is no time of the form HH:MM")
    return int(clock[:2]) * 60 + int(clock[3:])

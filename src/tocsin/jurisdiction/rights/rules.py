"""Who may see and do what: region × organisation × role. Values in, verdicts out; everything that is not granted is refused."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, get_args
from uuid import UUID

from tocsin.jurisdiction.areas.rules.codes import governing_prefix

Permission = Literal[
    "alarms.see",
    "alarms.handle",
    "works.enter",
    "overview.see",
    "diagnosis.see",
    "cases.see",
    "cases.handle",
    "cases.lead",
    "orders.work",
    "findings.record",
    "warnings.see",
    "warnings.draft",
    "warnings.issue",
    "warnings.push",
    "warnings.knock",
    "duty.keep",
    "rosters.manage",
    "plans.edit",
    "drills.run",
    "channels.manage",
    "sensors.see",
    "sensors.manage",
    "assets.see",
    "assets.manage",
    "exposure.see",
    "exposure.keep",
    "map.keep",
    "history.see",
    "quarantine.see",
    "policy.see",
    "policy.edit",
    "policy.confirm",
    "causes.replay",
    "causes.switch",
    "supervision.see",
    "supervision.manage",
    "evidence.send",
    "supervision.lead",
    "inspections.work",
    "presence.see",
    "firm.work",
    "weather.push",
    "hazards.see",
    "hazards.handle",
    "rewards.propose",
    "rewards.agree",
    "rewards.pay",
    "figures.publish",
    "identity.keep",
    "secrecy.watch",
    "volunteers.see",
    "volunteers.call",
    "volunteers.manage",
    "volunteers.help",
    "supplies.see",
    "supplies.reserve",
    "supplies.keep",
    "supplies.lead",
    "supplies.requisition",
    "resources.see",
    "resources.keep",
    "organisations.see",
    "organisations.manage",
    "people.see",
    "people.manage",
    "roles.grant",
    "audit.see",
    "system.see",
]
PERMISSIONS: Final[tuple[Permission, ...]] = get_args(Permission)


class Role(StrEnum):
    """What a person is in one region (值班员, 带班领导 and so on). AUTOMATION is the machine's own and is never granted."""

    VIEWER = "viewer"
    LEADER = "leader"
    DUTY_OFFICER = "duty_officer"
    SHIFT_LEADER = "shift_leader"
    ANALYST = "analyst"
    UNIT_DESK = "unit_desk"
    UTILITY_CREW = "utility_crew"
    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    REPORT_OFFICER = "report_officer"
    CASHIER = "cashier"
    STORE_KEEPER = "store_keeper"
    SUPPLIES_HEAD = "supplies_head"
    DATA_STEWARD = "data_steward"
    IDENTITY_KEEPER = "identity_keeper"
    SECRECY_SUPERVISOR = "secrecy_supervisor"
    FIRM_OFFICER = "firm_officer"
    VOLUNTEER = "volunteer"
    RULE_ENGINEER = "rule_engineer"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"
    AUTOMATION = "automation"


_LOOK: Final[tuple[Permission, ...]] = (
    "alarms.see",
    "overview.see",
    "diagnosis.see",
    "cases.see",
    "sensors.see",
    "assets.see",
    "exposure.see",
    "history.see",
    "supervision.see",
    "warnings.see",
    "supplies.see",
    "resources.see",
    "organisations.see",
)
_WATCH: Final[tuple[Permission, ...]] = (
    *(*_LOOK, "alarms.handle", "works.enter", "cases.handle"),
    *("findings.record", "duty.keep", "presence.see", "volunteers.see", "volunteers.call"),
    *("warnings.draft", "warnings.knock", "supplies.reserve"),
)
_COMMON: Final[tuple[Permission, ...]] = ("sensors.see", "assets.see", "history.see", "organisations.see")
_INSPECT: Final[tuple[Permission, ...]] = ("supervision.see", "inspections.work", "presence.see", "findings.record")
_HAZARDS: Final[tuple[Permission, ...]] = ("hazards.see", "hazards.handle", "rewards.propose", "rewards.agree", "figures.publish")
_VOLUNTEERS: Final[tuple[Permission, ...]] = ("volunteers.see", "volunteers.call", "volunteers.manage")
_SUPPLIES: Final[tuple[Permission, ...]] = ("supplies.see", "supplies.reserve", "supplies.keep")
_CONFIRM: Final[tuple[Permission, ...]] = ("policy.see", "policy.confirm")
_OPERATE: Final[tuple[Permission, ...]] = ("sensors.manage", "assets.manage", "exposure.keep", "map.keep", "quarantine.see")

PERMISSIONS_OF_ROLE: Final[dict[Role, frozenset[Permission]]] = {
    Role.VIEWER: frozenset(_LOOK),
    Role.LEADER: frozenset(("overview.see",)),
    Role.DUTY_OFFICER: frozenset(_WATCH),
    Role.SHIFT_LEADER: frozenset(
        (
            *_WATCH,
            "cases.lead",
            "warnings.issue",
            "rosters.manage",
            "drills.run",
            "supervision.lead",
            "volunteers.manage",
            "supplies.requisition",
            *_CONFIRM,
        )
    ),
    Role.ANALYST: frozenset(
        (
            *(*_LOOK, "policy.see", "alarms.handle", "works.enter", "cases.handle"),
            *("findings.record", "quarantine.see", "warnings.draft"),
        )
    ),
    Role.UNIT_DESK: frozenset(
        (
            *(*_COMMON, "orders.work", "works.enter", "findings.record", "rosters.manage", "warnings.knock", *_VOLUNTEERS),
            "assets.manage",  # of its own body's objects
        )
    ),
    Role.UTILITY_CREW: frozenset((*_COMMON, "orders.work", "findings.record", "warnings.knock")),
    Role.INSPECTOR: frozenset((*_COMMON, *_INSPECT, "resources.see")),
    Role.SUPERVISOR: frozenset(
        (
            *(*_COMMON, *_INSPECT, *_HAZARDS, "cases.see", "supervision.manage", "resources.see"),
            *("evidence.send", "supervision.lead", "weather.push", "warnings.see", *_CONFIRM),
            *("exposure.see", "exposure.keep"),
        )
    ),
    Role.REPORT_OFFICER: frozenset((*_COMMON, *_HAZARDS, "supervision.see")),
    Role.CASHIER: frozenset(("rewards.pay",)),
    Role.STORE_KEEPER: frozenset((*_COMMON, *_SUPPLIES)),
    Role.SUPPLIES_HEAD: frozenset(
        (
            *(*_COMMON, *_SUPPLIES, "supplies.lead", "supplies.requisition", "exposure.see", "resources.see", "cases.see"),
            *("warnings.see", *_CONFIRM),
        )
    ),
    Role.DATA_STEWARD: frozenset((*_COMMON, "resources.see", "resources.keep")),
    Role.IDENTITY_KEEPER: frozenset(("identity.keep",)),
    Role.SECRECY_SUPERVISOR: frozenset(("secrecy.watch",)),
    Role.FIRM_OFFICER: frozenset(("firm.work",)),
    Role.VOLUNTEER: frozenset(("volunteers.help", "warnings.knock")),
    Role.RULE_ENGINEER: frozenset((*_LOOK, *_OPERATE, *_CONFIRM, "policy.edit", "plans.edit", "causes.replay", "causes.switch")),
    Role.SYSTEM_ADMINISTRATOR: frozenset(
        (
            *(*_LOOK, *_OPERATE, "causes.replay", "organisations.manage", "people.see", "people.manage"),
            *(
                "resources.keep",
                "rosters.manage",
                "channels.manage",
                "supervision.manage",
                "evidence.send",
                "weather.push",
                "warnings.push",
                "system.see",
                "policy.see",
            ),
        ),
    ),
    Role.SECURITY_ADMINISTRATOR: frozenset(("organisations.see", "people.see", "roles.grant")),
    Role.AUDIT_ADMINISTRATOR: frozenset(("audit.see",)),
    Role.AUTOMATION: frozenset(PERMISSIONS)
    - {
        "audit.see",
        "cases.lead",
        "plans.edit",
        "policy.edit",
        "policy.confirm",
        "causes.switch",
        "supervision.lead",
        "warnings.issue",
        "supplies.lead",
        "supplies.requisition",
        "rewards.propose",
        "rewards.agree",
        "rewards.pay",
        "figures.publish",
        "identity.keep",
        "secrecy.watch",
    },
}

GRANTABLE: Final[tuple[Role, ...]] = tuple(role for role in Role if role is not Role.AUTOMATION)

# 三员分立: who runs the system, who gives rights and who reads the audit trail are three persons (GB/T 22239-2019, 8.1.5.1 to
# 8.1.5.3: system, audit and security management are each done by their own administrators).
ADMINISTRATORS: Final = frozenset((Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR))


OF_AN_ORGANISATION: Final = frozenset(
    (Role.UNIT_DESK, Role.UTILITY_CREW, Role.FIRM_OFFICER, Role.STORE_KEEPER, Role.DATA_STEWARD)
)
"""Roles of an outside body's people: they reach what is their own body's, and of the rest only COMMON_KNOWLEDGE."""

COMMON_KNOWLEDGE: Final[frozenset[Permission]] = frozenset(_COMMON)
"""What whoever digs or calls in a region must know, whosever it is: networks, bodies with their telephones, sensors."""


@dataclass(frozen=True)
class Held:
    """One role held in one region by somebody of that organisation (None: of no body)."""

    role: Role
    region_code: str
    organisation_id: UUID | None = None


@dataclass(frozen=True)
class Reach:
    """Where a permission is held: codes that begin so, and there all rows (None) or those of one organisation."""

    prefix: str
    organisation_id: UUID | None = None

    def covers(self, region_code: str, organisation_ids: Collection[UUID | None] = ()) -> bool:
        """Does it cover a row of this region that concerns these organisations? A row that concerns none is no body's own."""
        return region_code.startswith(self.prefix) and (self.organisation_id is None or self.organisation_id in organisation_ids)

    def includes(self, other: "Reach") -> bool:
        """True where whatever the other covers is covered."""
        return other.prefix.startswith(self.prefix) and self.organisation_id in (None, other.organisation_id)


def reach(held: Iterable[Held], permission: Permission) -> tuple[Reach, ...]:
    """Where a permission is held, none within another; `()` is nowhere, `(Reach(""),)` everywhere and everything."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is no permission; known are {', '.join(PERMISSIONS)}")
    found = set[Reach]()
    for one in held:
        if one.region_code and permission in PERMISSIONS_OF_ROLE[one.role]:
            prefix = governing_prefix(one.region_code)
            if one.role not in OF_AN_ORGANISATION or permission in COMMON_KNOWLEDGE:
                found.add(Reach(prefix))
            elif one.organisation_id is not None:
                found.add(Reach(prefix, one.organisation_id))
    widest = (one for one in found if not any(other.includes(one) for other in found if other != one))
    return tuple(sorted(widest, key=lambda one: (one.prefix, str(one.organisation_id or ""))))


def narrowed(reachs: Iterable[Reach], permission: Permission, organisation_id: UUID) -> tuple[Reach, ...]:
    """What is left of a reach for a token of one organisation: its rows, and common knowledge as before."""
    if permission in COMMON_KNOWLEDGE:
        return tuple(reachs)
    return tuple(Reach(one.prefix, organisation_id) for one in reachs if one.organisation_id in (None, organisation_id))


def within_region(reachs: Iterable[Reach], region_code: str) -> tuple[Reach, ...]:
    """What is left of a reach for a token of one region: what lies there, never more than there was.

    >>> within_region((Reach("3702"), Reach("371002")), "370213")
    (Reach(prefix='370213', organisation_id=None),)
    """
    prefix = governing_prefix(region_code)
    cut = (one if one.prefix.startswith(prefix) else Reach(prefix, one.organisation_id) for one in reachs if _meet(one, prefix))
    return tuple(dict.fromkeys(cut))


def _meet(one: Reach, prefix: str) -> bool:
    return one.prefix.startswith(prefix) or prefix.startswith(one.prefix)


def may_see(
    held: Iterable[Held], permission: Permission, region_code: str, organisation_ids: Collection[UUID | None] = ()
) -> bool:
    """The one question of rights: is this permission held over a row of this region that concerns these organisations?

    A row without a region belongs to EVERYWHERE; a row without organisations is out of reach for those bound to one.
    """
    return any(one.covers(region_code, organisation_ids) for one in reach(held, permission))


class GrantVerdict(StrEnum):
    """Whether a role may be given, and why not."""

    GRANTED = "granted"
    NOT_GRANTABLE = "not_grantable"
    NOT_ALLOWED = "not_allowed"
    ONESELF = "oneself"
    TWO_ADMINISTRATORS = "two_administrators"
    NO_ORGANISATION = "no_organisation"


def judge_grant(
    actor: Iterable[Held],
    *,
    oneself: bool,
    already: Iterable[Role],
    role: Role,
    region_code: str,
    organisation_id: UUID | None,
    security_administrator_known: bool,
) -> GrantVerdict:
    """May the actor give `role` in `region_code` to a person of that organisation who holds the roles `already`?

    Rights are given by security administrators. Before the first of them is named (`security_administrator_known` false) a
    system administrator may name one, or a new installation could never begin.
    """
    actor = tuple(actor)
    if role not in GRANTABLE:
        return GrantVerdict.NOT_GRANTABLE
    if oneself:
        return GrantVerdict.ONESELF
    first = role is Role.SECURITY_ADMINISTRATOR and not security_administrator_known
    if not may_see(actor, "roles.grant", region_code) and not (first and may_see(actor, "people.manage", region_code)):
        return GrantVerdict.NOT_ALLOWED
    if role in ADMINISTRATORS and any(other in ADMINISTRATORS and other is not role for other in already):
        return GrantVerdict.TWO_ADMINISTRATORS
    if role in OF_AN_ORGANISATION and organisation_id is None:
        return GrantVerdict.NO_ORGANISATION
    return GrantVerdict.GRANTED


def may_manage_person(actor: Iterable[Held], *, oneself: bool, region_code: str, held: Iterable[Held]) -> bool:
    """May the actor change or disable this person, who belongs to `region_code` and holds `held`?

    The actor must govern every region the person has rights in. An administrator is changed only by those who give rights.
    """
    actor, held = tuple(actor), tuple(held)
    permission: Permission = "roles.grant" if any(one.role in ADMINISTRATORS for one in held) else "people.manage"
    regions = {region_code, *(one.region_code for one in held)}
    return not oneself and all(may_see(actor, permission, region) for region in regions)


def may_reset_password(actor: Iterable[Held], *, oneself: bool, region_code: str, held: Iterable[Held]) -> bool:
    """May the actor set a new one-time password? Never an administrator's, whose powers it would give away.

    The way back for an administrator is the machine's own command line (`tocsin manage reset_password`).
    """
    actor, held = tuple(actor), tuple(held)
    automatic = any(one.role is Role.AUTOMATION for one in actor)
    if any(one.role in ADMINISTRATORS for one in held) and not automatic:
        return False
    return may_manage_person(actor, oneself=oneself, region_code=region_code, held=held)

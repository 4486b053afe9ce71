"""Accounts and roles from tables: how a row is judged, written and undone.

Accounts are made by the system administrator and can be used by nobody before a one-time password is handed out; roles are given
by the security administrator, from a table of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext_lazy

from tocsin.jurisdiction.face import (
    ROLE_NAMES,
    USERNAME,
    NewAccount,
    Organisation,
    all_regions,
    grant_role,
    keep_account,
    may,
    revoke_role,
    usernames_taken,
    visible_organisations,
    visible_people,
    withdraw_unused_account,
)
from tocsin.jurisdiction.rights.rules import GRANTABLE, OF_AN_ORGANISATION, Role
from tocsin.records.imports.rules import CellProblem, ImportKind, ImportVerdict, Row, UsualLimits, Written

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

PEOPLE_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "username": ("用户名", "登录名", "账号"),
    "name": ("姓名",),
    "organisation": ("单位编码", "所属单位", "单位"),
}
ROLE_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "username": ("用户名", "登录名", "账号"),
    "role": ("角色", "岗位"),
    "region": ("区划代码", "区域代码", "区域"),
}


def judge_people(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the bodies of the area and the people one sees, and names that are taken."""
    bodies: dict[str, Organisation] = {}
    for one in visible_organisations(actor).filter(region_id=region_code):
        bodies |= {one.code: one, one.name_zh: one, one.name_en: one}
    named = [row.cells.get("username", "") for row in rows]
    known = {one.username: one for one in visible_people(actor).filter(username__in=named)}
    taken = usernames_taken(named) - set(known)
    seen: set[str] = set()
    for row in rows:
        username, code = row.cells.get("username", ""), row.cells.get("organisation", "")
        row.name = row.cells.get("name", "") or username
        if not USERNAME.fullmatch(username):
            text = _("A user name has 2 to 60 lower-case letters, digits, dots, dashes or underscores.")
            row.problems.append(CellProblem("username", text))
        if username in seen:
            row.problems.append(CellProblem("username", _("The file names this one twice.")))
        if username in taken:
            row.problems.append(CellProblem("username", _("The user name %(username)s is taken.") % {"username": username}))
        if code and code not in bodies:
            text = _("Region %(region)s has no organisation %(code)s.") % {"region": region_code, "code": code[:60]}
            row.problems.append(CellProblem("organisation", text))
        if len(row.cells.get("name", "")) > 120:
            row.problems.append(CellProblem("name", _("A name has at most 120 characters.")))
        seen.add(username)
        row.found = bodies.get(code)
        if not row.problems:
            row.verdict = ImportVerdict.SAME if username in known else ImportVerdict.NEW


def write_people(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """An account for each, without a password."""
    return [Written(keep_account(actor=actor, account=_account(row)).pk) for row in rows]


def _account(row: Row) -> NewAccount:
    body: Organisation | None = row.found
    return NewAccount.without_password(row.cells["username"], row.cells.get("name", ""), body.pk if body else None)


def undo_people(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """The accounts go. Conflict where one has a password or a role, or something names it."""
    for one in written:
        withdraw_unused_account(actor=actor, user_id=one.id)


PEOPLE: Final = ImportKind(
    name="people",
    title=pgettext_lazy("rows of a table", "People"),
    permission="people.manage",
    headings=lambda: PEOPLE_HEADINGS,
    needed=("username", "name", "organisation"),
    example={"username": "li.jing", "name": "示例：李静", "organisation": "monitoring_centre"},
    page="people",
    judge=judge_people,
    write=write_people,
    undo=undo_people,
    limits=lambda: UsualLimits(most_rows=1_000),
)


@dataclass(frozen=True)
class _Given:
    person: "User"
    role: Role
    region_code: str


def role_words() -> dict[str, Role]:
    """Every role that can be given, by its code and by its name in both languages."""
    found: dict[str, Role] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(ROLE_NAMES[role]).lower(): role for role in GRANTABLE}
    return found | {role.value: role for role in GRANTABLE}


def judge_roles(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the people one sees and the roles they hold."""
    words, regions = role_words(), set(all_regions().values_list("pk", flat=True))
    named = [row.cells.get("username", "") for row in rows]
    people = {one.username: one for one in visible_people(actor).filter(username__in=named)}
    for row in rows:
        person = people.get(row.cells.get("username", ""))
        role = words.get(row.cells.get("role", "").strip().lower())
        region = row.cells.get("region", "") or region_code
        row.name = str(person) if person else row.cells.get("username", "")
        if person is None:
            row.problems.append(CellProblem("username", _("There is no such person in your regions.")))
        elif person.pk == actor.pk:
            row.problems.append(CellProblem("username", _("Nobody gives or takes their own rights.")))
        if role is None:
            row.problems.append(CellProblem("role", _("There is no such role.")))
        if region not in regions or not may(actor, "roles.grant", region):
            row.problems.append(CellProblem("region", _("There is no such area where you may give roles.")))
        if person is not None and role in OF_AN_ORGANISATION and person.organisation_id is None:
            text = _("This role is held in one's organisation; the person belongs to none.")
            row.problems.append(CellProblem("role", text))
        if row.problems or person is None or role is None:
            continue
        held = {(one.role, one.region_code) for one in person.grants.all()}
        row.found = _Given(person, role, region)
        row.verdict = ImportVerdict.SAME if (role.value, region) in held else ImportVerdict.NEW


def write_roles(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """Each role given, as on a person's page."""
    given: list[_Given] = [row.found for row in rows]
    return [
        Written(grant_role(actor=actor, user=one.person, role=one.role.value, region_code=one.region_code).pk) for one in given
    ]


def undo_roles(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """The roles are taken away again."""
    for one in written:
        revoke_role(actor=actor, grant_id=one.id)


ROLES: Final = ImportKind(
    name="roles",
    title=pgettext_lazy("rows of a table", "Roles"),
    permission="roles.grant",
    headings=lambda: ROLE_HEADINGS,
    needed=("username", "role"),
    example={"username": "li.jing", "role": "值班员", "region": "370213"},
    page="people",
    judge=judge_roles,
    write=write_roles,
    undo=undo_roles,
    limits=lambda: UsualLimits(most_rows=1_000),
)

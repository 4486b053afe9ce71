"""A duty plan by dates, as offices write it: read from CSV or Excel, looked at row by row, then taken over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.sheets import read_foreign_table
from tocsin.base.tables import rows_below_headings
from tocsin.base.written_hours import read_end, read_moment
from tocsin.jurisdiction.contacts.models import Post
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rosters.models import Roster
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services.rosters import put_stand_in

MOST_ROWS: Final = 5000
MOST_BYTES: Final = 5_000_000
HEADINGS: Final = {
    "from": ("开始", "开始时间", "上班时间", "自"),
    "until": ("结束", "结束时间", "下班时间", "至"),
    "who": ("值班人员", "值班人", "姓名", "人员", "岗位", "person"),
}
NEEDED: Final = ("from", "until", "who")


@dataclass
class PlanRow:
    """A row of a plan: its line, its cells, what was read of it, and what is wrong."""

    line: int
    cells: dict[str, str]
    name: str = ""
    member: Member | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def text(self) -> list[str]:
        """Its cells in the order of NEEDED."""
        return [self.cells.get(name, "") for name in NEEDED]


def read_duty_plan(content: bytes, owner: object) -> list[PlanRow]:
    """The rows of a CSV or an Excel file of `owner`; the headings may stand below a title. InvalidInput for no such table."""
    cells = read_foreign_table(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20, owner=owner)
    try:
        lines = rows_below_headings(cells, HEADINGS, NEEDED)
    except InvalidInput:
        raise InvalidInput(_("The first lines have no headings for from, until and who.")) from None
    if len(lines) > MOST_ROWS:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": MOST_ROWS})
    return [PlanRow(line, told) for line, told in lines]


@transaction.atomic
def preview_duty_plan(*, actor: User, roster_id: UUID, rows: Sequence[PlanRow], now: datetime) -> list[PlanRow]:
    """What taking these rows over would do, with every problem of each; nothing is written."""
    _write(actor, roster_id, rows, now)
    transaction.set_rollback(True)
    return list(rows)


@transaction.atomic
def take_duty_plan(
    *, actor: User, roster_id: UUID, rows: Sequence[PlanRow], leave_wrong: bool = False, now: datetime
) -> list[PlanRow]:
    """Each row becomes a stand-in for everybody, so that it counts above the rotations.

    With wrong rows nothing is written, unless the right ones alone are wanted. The rows come back with their problems.
    """
    _write(actor, roster_id, rows, now)
    if not leave_wrong and any(row.problems for row in rows):
        transaction.set_rollback(True)
    return list(rows)


def _write(actor: User, roster_id: UUID, rows: Sequence[PlanRow], now: datetime) -> None:
    roster = Roster.objects.get(pk=roster_id, is_active=True)
    known = _members(roster.organisation_id)
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        _read(row, known)
        name = (row.member, row.starts_at, row.ends_at)
        if not row.problems and name in seen:
            row.problems.append(_("The same as row %(line)s.") % {"line": seen[name]})
        if row.problems or row.member is None or row.starts_at is None or row.ends_at is None:
            continue
        seen[name] = row.line
        try:
            with transaction.atomic():
                put_stand_in(
                    actor=actor,
                    roster_id=roster.pk,
                    member=row.member,
                    starts_at=row.starts_at,
                    ends_at=row.ends_at,
                    reason=_("duty plan"),
                    now=now,
                )
        except Refusal as refusal:
            row.problems.append(str(refusal))


def _read(row: PlanRow, known: dict[str, list[tuple[Member, str]]]) -> None:
    start, end, who = row.text
    zone = timezone.get_default_timezone()
    try:
        row.starts_at = read_moment(start, zone)
    except (ValueError, OverflowError):
        row.problems.append(_("“%(given)s” is no moment: write 2026-11-25 08:00.") % {"given": start[:40]})
    if row.starts_at is not None:
        try:
            row.ends_at = read_end(end, row.starts_at)
        except (ValueError, OverflowError):
            row.problems.append(_("“%(given)s” is no end: write 17:30 or 2026-11-25 17:30.") % {"given": end[:40]})
    found = known.get(who, [])
    if len(found) == 1:
        row.member, row.name = found[0]
    else:
        row.problems.append(_("%(text)s names nobody of the organisation, or more than one.") % {"text": who or "–"})


def _members(organisation_id: UUID) -> dict[str, list[tuple[Member, str]]]:
    """The people and posts of the organisation by what a table may call them: user name, else name; a post's Chinese name."""
    found: dict[str, list[tuple[Member, str]]] = {}
    people = list(User.objects.filter(organisation=organisation_id, is_active=True))
    for one in people:
        found[one.username] = [(Member(person=one.pk), str(one))]
    usernames = set(found)
    for one in people:
        if one.name and one.name not in usernames:
            found.setdefault(one.name, []).append((Member(person=one.pk), str(one)))
    for post in Post.objects.filter(organisation=organisation_id):
        found.setdefault(post.name_zh, []).append((Member(post=post.pk), str(post)))
    return found

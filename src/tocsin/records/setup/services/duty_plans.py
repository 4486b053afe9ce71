"""A duty plan by dates as a table: each row puts somebody on a roster for some hours, above its rotations.

A row is known by its roster, its hours and who is on. Undo takes off what is to come; what has been stays.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.written_hours import read_end, read_moment
from tocsin.jurisdiction.face import Organisation, Post, Roster, StandIn, User, cancel_stand_in, may, put_stand_in
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.records.imports.rules import CellProblem, ImportKind, ImportVerdict, Row, UsualLimits, Written
from tocsin.records.imports.services.changing import locked

PERMISSION: Final = "rosters.manage"
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "organisation": ("单位编码", "单位", "单位名称", "所属单位"),
    "roster": ("值班表", "值班表名称", "值班类别"),
    "from": ("开始", "开始时间", "上班时间", "自"),
    "until": ("结束", "结束时间", "下班时间", "至"),
    "who": ("值班人员", "值班人", "姓名", "人员", "岗位", "person"),
}
NEEDED: Final = ("from", "until", "who")


@dataclass(frozen=True)
class _Found:
    roster: Roster
    member: Member
    starts_at: datetime
    ends_at: datetime

    @property
    def key(self) -> tuple[UUID, Member, datetime]:
        """By which a row finds what stands there; its beginning is compared beside it."""
        return self.roster.pk, self.member, self.ends_at


@dataclass
class _Judge:
    """What the rows are compared with, read once for all of them."""

    rosters: Sequence[Roster]
    members: Mapping[UUID, Mapping[str, list[tuple[Member, str]]]]
    known: Mapping[tuple[UUID, Member, datetime], list[datetime]]
    now: datetime
    seen: dict[tuple[tuple[UUID, Member, datetime], datetime], int] = field(default_factory=dict)

    def judge(self, row: Row) -> None:
        """The row with what it would write, or with all that is wrong."""
        roster = self._roster(row)
        hours = _hours(row, self.now)
        who = row.cells.get("who", "")
        named = [] if roster is None else self.members[roster.organisation_id].get(who, [])
        row.name = f"{roster or ''} {named[0][1] if len(named) == 1 else who}".strip()
        if roster is None:
            return
        if who and len(named) != 1:
            text = _("%(text)s names nobody of the organisation, or more than one.") % {"text": who[:60]}
            row.problems.append(CellProblem("who", text))
        if hours is None or len(named) != 1:
            return
        found = _Found(roster, named[0][0], *hours)
        if (found.key, found.starts_at) in self.seen:
            text = _("The same as row %(line)s.") % {"line": self.seen[found.key, found.starts_at]}
            row.problems.append(CellProblem("who", text))
            return
        self.seen[found.key, found.starts_at] = row.line
        there = self.known.get(found.key, [])
        begun = found.starts_at < self.now  # then it was entered from that moment on
        same = any(one == found.starts_at or (begun and found.starts_at <= one <= self.now) for one in there)
        row.found = found
        row.verdict = ImportVerdict.SAME if same else ImportVerdict.NEW

    def _roster(self, row: Row) -> Roster | None:
        body, name = row.cells.get("organisation", "").lower(), row.cells.get("roster", "").lower()
        found = [one for one in self.rosters if not body or body in _words(one.organisation)]
        if body and not found:
            text = _("There is no roster of “%(given)s” that you plan.") % {"given": body[:60]}
            row.problems.append(CellProblem("organisation", text))
            return None
        chosen = [one for one in found if not name or name in _words(one)]
        if len(chosen) == 1:
            return chosen[0]
        known = ", ".join(f"{one.organisation}: {one}" for one in (chosen or found)[:8])
        text = _("Name one roster, and its organisation where two are called so: %(known)s") % {"known": known or "–"}
        row.problems.append(CellProblem("roster", text))
        return None


def judge_duty_plans(*, actor: User, region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the rosters of the area that the person plans, their people and who is entered there: four queries."""
    rosters = [
        one
        for one in Roster.objects.filter(is_active=True, organisation__region_id=region_code).select_related("organisation")
        if may(actor, PERMISSION, region_code, (one.organisation_id,))
    ]
    known: dict[tuple[UUID, Member, datetime], list[datetime]] = defaultdict(list)
    there = StandIn.objects.filter(roster__in=[one.pk for one in rosters], cancelled_at=None, ends_at__gt=now)
    for one in there.filter(replaces=None, swap=None):
        member = Member(person=one.user_id, post=one.post_id)
        known[one.roster_id, member, one.ends_at].append(one.starts_at)
    judge = _Judge(rosters, _members({one.organisation_id for one in rosters}), known, now)
    for row in rows:
        judge.judge(row)


def _hours(row: Row, now: datetime) -> tuple[datetime, datetime] | None:
    start, end = row.cells.get("from", ""), row.cells.get("until", "")
    if not start or not end:
        return None  # empty cells are told for every kind
    try:
        starts_at = read_moment(start, timezone.get_default_timezone())
    except (ValueError, OverflowError):
        text = _("“%(given)s” is no moment: write 2026-11-25 08:00.") % {"given": start[:40]}
        row.problems.append(CellProblem("from", text))
        return None
    try:
        ends_at = read_end(end, starts_at)
    except (ValueError, OverflowError):
        text = _("“%(given)s” is no end: write 17:30 or 2026-11-25 17:30.") % {"given": end[:40]}
        row.problems.append(CellProblem("until", text))
        return None
    if ends_at <= max(starts_at, now):
        row.problems.append(CellProblem("until", _("A stand-in ends in the future, after the beginning.")))
        return None
    return starts_at, ends_at


def _words(one: Roster | Organisation) -> set[str]:
    code = one.code.lower() if isinstance(one, Organisation) else ""
    return {code, one.name_zh.lower(), one.name_en.lower()} - {""}


def _members(organisations: set[UUID]) -> dict[UUID, dict[str, list[tuple[Member, str]]]]:
    """By organisation its people and posts by what a table may call them: user name, else name; a post's Chinese name."""
    found: dict[UUID, dict[str, list[tuple[Member, str]]]] = {one: {} for one in organisations}
    people = list(User.objects.filter(organisation__in=organisations, is_active=True))
    for one in people:
        if one.organisation_id is not None:
            found[one.organisation_id][one.username] = [(Member(person=one.pk), str(one))]
    usernames = {body: set(words) for body, words in found.items()}
    for one in people:
        if one.organisation_id is not None and one.name and one.name not in usernames[one.organisation_id]:
            found[one.organisation_id].setdefault(one.name, []).append((Member(person=one.pk), str(one)))
    for post in Post.objects.filter(organisation__in=organisations):
        found[post.organisation_id].setdefault(post.name_zh, []).append((Member(post=post.pk), str(post)))
    return found


def write_duty_plans(*, actor: User, region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """Each row as a stand-in for everybody of its roster."""
    return [Written(_put(actor, row.found, now).pk) for row in rows]


def _put(actor: User, found: _Found, now: datetime) -> StandIn:
    return put_stand_in(
        actor=actor,
        roster_id=found.roster.pk,
        member=found.member,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        reason=_("duty plan"),
        now=now,
    )


def undo_duty_plans(*, actor: User, region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """Coming shifts are taken off and running ones end now; what is over, or was taken off by hand, stays as it is."""
    for one in locked(StandIn, [one.id for one in written]).values():
        if one.cancelled_at is None and one.ends_at > now:
            cancel_stand_in(actor=actor, stand_in_id=one.pk, now=now)


DUTY_PLANS: Final = ImportKind(
    name="duty-plans",
    title=pgettext_lazy("rows of a table", "Duty plans"),
    permission=PERMISSION,
    own=PERMISSION,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example={
        "organisation": "gas_company",
        "roster": "示例：调度",
        "from": "2026-12-01 08:30",
        "until": "17:30",
        "who": "li.jing",
    },
    english_example={"roster": "Example: control room"},
    page="rosters",
    judge=judge_duty_plans,
    write=write_duty_plans,
    undo=undo_duty_plans,
    limits=lambda: UsualLimits(most_bytes=5_000_000, most_rows=5_000),
)

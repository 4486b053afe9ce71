"""The telephone book as a table: how desks, posts and people are reached. A row is known by owner, kind and address."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import (
    ContactPoint,
    Organisation,
    Post,
    User,
    add_contact_point,
    add_post,
    check_reachable,
    contact_kinds,
    contact_policy,
    may,
    remove_contact_point,
    remove_post,
    reorder_contact_point,
    shortened,
    visible_organisations,
)
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, UsualLimits, Written
from tocsin.records.imports.services.changing import locked

PERMISSION: Final = "rosters.manage"
LANGUAGES: Final = ("zh-hans", "en")
MOST_ORDER: Final = 999
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "organisation": ("单位编码", "单位", "单位名称", "所属单位"),
    "post": ("岗位", "职位", "岗位名称"),
    "post_en": ("岗位英文名称",),
    "username": ("用户名", "登录名", "账号"),
    "kind": ("联系方式", "方式", "类型"),
    "address": ("号码", "电话", "号码或地址", "地址"),
    "order": ("顺序", "次序"),
    "hours": ("时段", "生效时段"),
}
KIND_WORDS: Final[dict[str, str]] = {
    "固定电话": "telephone",
    "座机": "telephone",
    "手机": "sms",
    "手机短信": "sms",
    "语音": "voice",
    "邮箱": "email",
    "电子邮件": "email",
    "phone": "telephone",
    "mobile": "sms",
}
"""What offices call the kinds beside the kinds' own names."""


type _Key = tuple[UUID, str, UUID | None]  # body, post, person


@dataclass(frozen=True)
class _Owner:
    """Whose a row is: a desk, a post (perhaps one that the row makes) or a person."""

    body: Organisation
    post: str = ""
    person: User | None = None

    @property
    def key(self) -> _Key:
        return self.body.pk, self.post, self.person.pk if self.person else None


@dataclass(frozen=True)
class _Found:
    owner: _Owner
    kind: str
    address: str
    order: int
    hours: str
    before: ContactPoint | None


@dataclass
class _Judge:
    """What the rows are compared with, read once for all of them."""

    actor: User
    region_code: str
    bodies: Mapping[str, list[Organisation]]
    people: Mapping[str, "User"]
    kinds: Mapping[str, str]
    known: Mapping[tuple[_Key, str, str], ContactPoint]
    counts: Counter[tuple[_Key, str]]
    seen: dict[object, int] = field(default_factory=dict)

    def judge(self, row: Row) -> None:
        """The row with what it would write, or with all that is wrong."""
        cells = row.cells
        owner = self._owner(row)
        row.name = " ".join(filter(None, (cells.get("organisation"), cells.get("username") or cells.get("post"))))
        kind = self.kinds.get(cells.get("kind", "").lower())
        address, hours = cells.get("address", ""), cells.get("hours", "")
        if kind is None:
            known = ", ".join(str(one.words) for one in contact_kinds().values())
            row.problems.append(CellProblem("kind", _("Not known; known are: %(known)s") % {"known": known}))
        elif address:
            self._check(row, kind, address, hours)
        order = _order(cells.get("order", ""))
        if order is None:
            row.problems.append(CellProblem("order", _("The order is a number from 1 to 999.")))
        if owner is None or kind is None or order is None or row.problems:
            return
        before = self.known.get((owner.key, kind, address))
        same = (owner.key, kind, address)
        if same in self.seen:
            row.problems.append(CellProblem("address", _("Line %(line)s says the same.") % {"line": self.seen[same]}))
            return
        self.seen[same] = row.line
        if before is not None:
            order = order if cells.get("order") else before.order
            hours = hours or before.hours
        row.found = _Found(owner, kind, address, order, hours, before)
        self._compare(row, row.found)

    def _owner(self, row: Row) -> _Owner | None:
        text, username, post = (row.cells.get(one, "") for one in ("organisation", "username", "post"))
        found = [one for one in self.bodies.get(text.lower(), []) if self._may(one)]
        if text and len(found) != 1:
            words = _("Two organisations are called “%(given)s”: write the code.") if found else ""
            words = words or _("There is no organisation “%(given)s” whose duty you plan.")
            row.problems.append(CellProblem("organisation", words % {"given": text[:60]}))
        if len(found) != 1:
            return None
        if len(post) > 120 or len(row.cells.get("post_en", "")) > 120:
            row.problems.append(CellProblem("post", _("A name has at most 120 characters.")))
        if not username:
            return _Owner(found[0], post)
        person = self.people.get(username)
        if person is None or person.organisation_id != found[0].pk:
            row.problems.append(CellProblem("username", _("This person does not belong to the organisation.")))
            return None
        if person.pk == self.actor.pk:
            row.problems.append(CellProblem("username", _("Enter your own numbers in your account: a code is sent there.")))
            return None
        return _Owner(found[0], "", person)

    def _may(self, body: Organisation) -> bool:
        return body.region_id == self.region_code and may(self.actor, PERMISSION, body.region_id, (body.pk,))

    def _check(self, row: Row, kind: str, address: str, hours: str) -> None:
        try:
            check_reachable(kind, address)
        except InvalidInput as error:
            row.problems.append(CellProblem("address", str(error)))
        try:
            check_reachable(kind, address, hours)
        except InvalidInput as error:
            if not any(one.column == "address" for one in row.problems):
                row.problems.append(CellProblem("hours", str(error)))
        if not contact_kinds()[kind].open and kind != "screen" and shortened(kind, address) != address:
            text = _("Such an address may be a key, and tables are kept: enter it on the page of the organisation.")
            row.problems.append(CellProblem("address", text))

    def _compare(self, row: Row, found: _Found) -> None:
        if found.before is None:
            self._count(row, found)
            row.verdict = ImportVerdict.NEW
            return
        held, given = (found.before.order, found.before.hours), (found.order, found.hours)
        row.changes = [
            CellChange(name, str(old), str(new))
            for name, old, new in zip(("order", "hours"), held, given, strict=True)
            if old != new
        ]
        row.verdict = ImportVerdict.CHANGED if row.changes else ImportVerdict.SAME

    def _count(self, row: Row, found: _Found) -> None:
        limits = contact_policy()
        most = limits.most_of_a_desk if found.owner.person is None else limits.most_of_a_kind
        at = (found.owner.key, found.kind)
        self.counts[at] += 1
        if self.counts[at] > most:
            text = _("There are %(count)d contact points of this kind already: remove one first.") % {"count": most}
            row.problems.append(CellProblem("kind", text))


def judge_contacts(*, actor: User, region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the bodies, people and contact points of the area: four queries."""
    bodies: dict[str, list[Organisation]] = {}
    for one in visible_organisations(actor).filter(region_id=region_code):
        for word in {one.code.lower(), one.name_zh.lower(), one.name_en.lower()} - {""}:
            bodies.setdefault(word, []).append(one)
    named = {row.cells.get("username", "") for row in rows} - {""}
    there = User.objects.filter(username__in=named, organisation__region_id=region_code) if named else ()
    people = {one.username: one for one in there}
    known, counts = _known(region_code)
    judge = _Judge(actor, region_code, bodies, people, _kinds(), known, counts)
    for row in rows:
        judge.judge(row)


def _known(
    region_code: str,
) -> tuple[dict[tuple[_Key, str, str], ContactPoint], Counter[tuple[_Key, str]]]:
    known: dict[tuple[_Key, str, str], ContactPoint] = {}
    counts: Counter[tuple[_Key, str]] = Counter()
    points = ContactPoint.objects.select_related("post", "user")
    for where in ("organisation__region_id", "post__organisation__region_id", "user__organisation__region_id"):
        for one in points.filter(**{where: region_code}):
            key = _key_of(one)
            known[key, one.kind, one.address] = one
            counts[key, one.kind] += 1
    return known, counts


def _key_of(point: ContactPoint) -> _Key:
    if point.user is not None and point.user.organisation_id is not None:
        return point.user.organisation_id, "", point.user.pk
    if point.post is not None:
        return point.post.organisation_id, point.post.name_zh, None
    if point.organisation_id is None:
        raise ValueError(f"nobody has the contact point {point.pk}")
    return point.organisation_id, "", None


def _kinds() -> dict[str, str]:
    """Every kind by its code, its name in both languages, and what offices call it."""
    words = dict(KIND_WORDS)
    for language in LANGUAGES:
        with translation.override(language):
            words |= {str(one.words).lower(): code for code, one in contact_kinds().items()}
    return words | {code: code for code in contact_kinds()}


def _order(text: str) -> int | None:
    """The place in the order, 1 where none is told; None for what is no such number."""
    if not text:
        return 1
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
    return number if 1 <= number <= MOST_ORDER else None


def write_contacts(*, actor: User, region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """Each point as its page writes it; a post that is not there yet is made for it."""
    return [_write(actor, row) for row in rows]


def _write(actor: User, row: Row) -> Written:
    found: _Found = row.found
    if found.before is not None:
        held = {"order": found.before.order, "hours": found.before.hours}
        reorder_contact_point(actor=actor, contact_point_id=found.before.pk, order=found.order, hours=found.hours)
        return Written(found.before.pk, {**held, "after": {"order": found.order, "hours": found.hours}})
    owner, post, made_post = found.owner, None, ""
    if owner.post:
        post = Post.objects.filter(organisation=owner.body, name_zh=owner.post).first()
        if post is None:
            name_en = row.cells.get("post_en") or owner.post
            post = add_post(actor=actor, organisation_id=owner.body.pk, name_zh=owner.post, name_en=name_en)
            made_post = str(post.pk)
    made = add_contact_point(
        actor=actor,
        organisation_id=None if post or owner.person else owner.body.pk,
        post_id=post.pk if post else None,
        user_id=owner.person.pk if owner.person else None,
        kind=found.kind,
        address=found.address,
        order=found.order,
        hours=found.hours,
    )
    return Written(made.pk, {"new": True, "post": made_post, "after": {"order": found.order, "hours": found.hours}})


def undo_contacts(*, actor: User, region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New points go, and posts that came with them and have nothing else; changed ones hold again what they held.

    Conflict where one was changed since, or a roster names a post that would go.
    """
    points = locked(ContactPoint, [one.id for one in written])
    posts = list[UUID]()
    for one in written:
        point, before = points.get(one.id), dict(one.before or {})
        if point is None:
            continue  # taken away by hand since
        if {"order": point.order, "hours": point.hours} != before["after"]:
            raise Conflict(_("%(name)s was changed since: it can't be undone.") % {"name": shortened(point.kind, point.address)})
        if not before.get("new"):
            reorder_contact_point(actor=actor, contact_point_id=point.pk, order=before["order"], hours=before["hours"])
            continue
        remove_contact_point(actor=actor, contact_point_id=point.pk)
        if before["post"]:
            posts.append(UUID(before["post"]))
    for post in Post.objects.filter(pk__in=posts, contact_points=None):
        remove_post(actor=actor, post_id=post.pk)


CONTACTS: Final = ImportKind(
    name="contacts",
    title=pgettext_lazy("rows of a table", "Telephone book"),
    permission=PERMISSION,
    own=PERMISSION,
    headings=lambda: HEADINGS,
    needed=("organisation", "kind", "address"),
    example={
        "organisation": "gas_company",
        "post": "示例：抢修班",
        "post_en": "Repair crew",
        "kind": "电话",
        "address": "0532 12345678",
        "order": "1",
        "hours": "1-5 08:30-17:30",
    },
    english_example={"post": "Example: repair crew", "kind": "telephone"},
    page="phone_book",
    judge=judge_contacts,
    write=write_contacts,
    undo=undo_contacts,
    limits=lambda: UsualLimits(most_rows=5_000),
)

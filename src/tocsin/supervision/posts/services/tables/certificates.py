"""Certificates of key people as a table: a row is known by all that it says, so that a renewed one stands beside the old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import NotAllowed
from tocsin.records.face import kept_of, record_audits, undo_plain
from tocsin.records.imports.rules import CellProblem, ImportKind, ImportVerdict, Row, Written
from tocsin.supervision.objects.models import KeyPerson
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.models import PersonCertificate
from tocsin.supervision.posts.services.certificates import add_certificate
from tocsin.supervision.posts.services.tables.firms import FIRM_HEADINGS, PERSON_HEADINGS, NamedFirms, keeps

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "firm": FIRM_HEADINGS,
    "person": PERSON_HEADINGS,
    "name": ("证书名称", "证书", "资格证书"),
    "number": ("证书编号", "证号", "证书号"),
    "issued": ("发证日期", "签发日期"),
    "expires": ("有效期至", "有效期截止", "到期日期", "失效日期"),
}
FIELDS: Final = ("name", "number", "issued", "expires", "status")


@dataclass(frozen=True)
class _Found:
    person: KeyPerson
    name: str
    number: str
    issued: date | None
    expires: date | None

    @property
    def key(self) -> tuple[UUID, str, str, date | None, date | None]:
        return self.person.pk, self.name, self.number, self.issued, self.expires


def judge_certificates(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the certificates of the people that are named: three queries."""
    firms = NamedFirms(actor, region_code, rows)
    read = [(row, _read(row, firms)) for row in rows]
    people = {one.person.pk for _row, one in read if one is not None}
    there = PersonCertificate.objects.filter(person__in=people)
    known = {(one.person_id, one.name, one.number, one.issued, one.expires) for one in there}
    seen: dict[tuple[UUID, str, str, date | None, date | None], int] = {}
    for row, found in read:
        if found is None:
            continue
        if found.key in seen:
            row.problems.append(CellProblem("name", _("Line %(line)s says the same.") % {"line": seen[found.key]}))
            continue
        seen[found.key] = row.line
        row.found = found
        row.verdict = ImportVerdict.SAME if found.key in known else ImportVerdict.NEW


def _read(row: Row, firms: NamedFirms) -> _Found | None:
    cells = row.cells
    firm = firms.firm_of(row)
    person = None if firm is None else firms.person_of(row, firm)
    row.name = " ".join(filter(None, (str(person or cells.get("person", "")), cells.get("name"))))[:200]
    name, number = cells.get("name", ""), cells.get("number", "")
    for column, text, most in (("name", name, 120), ("number", number, 60)):
        if len(text) > most:
            row.problems.append(CellProblem(column, _("At most %(most)s characters.") % {"most": most}))
    days = {column: _day(row, column) for column in ("issued", "expires")}
    issued, expires = days["issued"], days["expires"]
    if issued is not None and expires is not None and expires < issued:
        row.problems.append(CellProblem("expires", _("A certificate lapses after it was issued.")))
    if person is None or not name or row.problems:
        return None
    return _Found(person, name, number, issued, expires)


def _day(row: Row, column: str) -> date | None:
    """The day of a cell, as spreadsheets and offices write it."""
    text = row.cells.get(column, "")
    if not text:
        return None
    bare = text.translate(str.maketrans("年月/.", "----")).rstrip("日").partition(" ")[0].partition("T")[0]
    try:
        year, month, day = (int(one) for one in bare.split("-"))
        return date(year, month, day)
    except ValueError:
        row.problems.append(CellProblem(column, _("“%(given)s” is no day: write 2026-11-25.") % {"given": text[:40]}))
        return None


def write_certificates(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """Each certificate as the firm's page enters it."""
    return [_write(actor, row.found) for row in rows]


def _write(actor: "User", found: _Found) -> Written:
    made = add_certificate(
        actor=actor,
        person_id=found.person.pk,
        name=found.name,
        number=found.number,
        issued=found.issued,
        expires=found.expires,
    )
    return Written(made.pk, {"new": True, "fields": kept_of(made, names=FIELDS)})


def undo_certificates(
    *, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime
) -> None:
    """The certificates go. Conflict where one was withdrawn since."""
    there = PersonCertificate.objects.filter(pk__in=[one.id for one in written]).select_related("person__object")
    firms = {one.pk: one.person.object for one in there}
    if not all(keeps(actor, one) for one in {firm.pk: firm for firm in firms.values()}.values()):
        raise NotAllowed(_("You do not keep the register of every firm of this file any more."))
    gone, _restored = undo_plain(PersonCertificate, written)
    told = [(one.pk, firms[one.pk].region_code, {"object": str(firms[one.pk].pk), "certificate": one.name}) for one in gone]
    record_audits(actor, "certificate.undone", "certificate", told)


CERTIFICATES: Final = ImportKind(
    name="person-certificates",
    title=pgettext_lazy("rows of a table", "Certificates of key people"),
    permission=rights.MANAGE,
    own=rights.OWN,
    headings=lambda: HEADINGS,
    needed=("person", "name"),
    example={
        "firm": "91350100M000100Y43",
        "person": "示例：王芳",
        "name": "安全生产知识和管理能力考核合格证",
        "number": "3702012026000001",
        "issued": "2025-03-01",
        "expires": "2028-02-29",
    },
    english_example={"person": "Example: Wang Fang"},
    page="presence",
    judge=judge_certificates,
    write=write_certificates,
    undo=undo_certificates,
)

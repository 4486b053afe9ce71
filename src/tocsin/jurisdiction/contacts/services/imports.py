"""Organisations and contact points from tables: every row that is wrong is told, and then nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.tables import read_table
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.rules import NewDuty
from tocsin.jurisdiction.bodies.services import register_organisation
from tocsin.jurisdiction.contacts.models import Post
from tocsin.jurisdiction.contacts.services.points import add_contact_point, add_post
from tocsin.jurisdiction.people.models import User

MOST_ROWS = 5000
ORGANISATIONS = ("code", "name_zh", "name_en", "kind", "telephone", "superior", "desk", "lifelines", "trades")
CONTACTS = ("organisation", "post", "post_en", "username", "kind", "address", "order", "hours")
_YES = ("1", "yes", "是")

type Row = dict[str, str]


@dataclass(frozen=True)
class ImportReport:
    """How many rows were written, or what is wrong in which line of the file; one of both is empty."""

    written: int
    errors: tuple[str, ...]


def import_organisations(*, actor: User, content: bytes, region_code: str) -> ImportReport:
    """New organisations of a region: columns ORGANISATIONS, superiors by code before those below them, lists by spaces."""
    rows = read_table(content, ORGANISATIONS, ("code", "name_zh", "name_en", "kind"))

    def write(row: Row) -> None:
        superior = _organisation(row["superior"], region_code) if row["superior"] else None
        named = [NewDuty(row["kind"], lifeline=one) for one in row["lifelines"].split()]
        named += [NewDuty(row["kind"], trade=one) for one in row["trades"].split()]
        register_organisation(
            actor=actor,
            code=row["code"],
            region_code=region_code,
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            kind=row["kind"],
            telephone=row["telephone"],
            duties=named or [NewDuty(row["kind"])],
            superior_id=superior.pk if superior else None,
            has_desk=row["desk"].lower() in _YES,
        )

    return _import(rows, write)


def import_contacts(*, actor: User, content: bytes, region_code: str) -> ImportReport:
    """Contact points of desks, posts (made where missing) and people of a region's organisations: columns CONTACTS."""
    rows = read_table(content, CONTACTS, ("organisation", "kind", "address"))

    def write(row: Row) -> None:
        body, post, person = _organisation(row["organisation"], region_code), None, None
        if row["username"]:
            person = _person(row["username"], body.pk)
        elif row["post"]:
            post = Post.objects.filter(organisation=body, name_zh=row["post"]).first()
            post = post or add_post(
                actor=actor, organisation_id=body.pk, name_zh=row["post"], name_en=row["post_en"] or row["post"]
            )
        add_contact_point(
            actor=actor,
            organisation_id=None if post or person else body.pk,
            post_id=post.pk if post else None,
            user_id=person.pk if person else None,
            kind=row["kind"],
            address=row["address"],
            order=int(row["order"]) if row["order"].isascii() and row["order"].isdigit() else 1,
            hours=row["hours"],
        )

    return _import(rows, write)


@transaction.atomic
def _import(rows: list[Row], write: Callable[[Row], None]) -> ImportReport:
    """All rows, or none where one is refused; the first line of a file are its columns."""
    if len(rows) > MOST_ROWS:
        return ImportReport(0, (_("A file has at most %(most)s rows.") % {"most": MOST_ROWS},))
    errors = []
    for line, row in enumerate(rows, 2):
        try:
            with transaction.atomic():
                write(row)
        except Refusal as refusal:
            errors.append(_("Row %(line)s: %(error)s") % {"line": line, "error": refusal})
    if errors:
        transaction.set_rollback(True)
        return ImportReport(0, tuple(errors))
    return ImportReport(len(rows), ())


def _organisation(code: str, region_code: str) -> Organisation:
    found = Organisation.objects.filter(code=code, region_id=region_code).first()
    if found is None:
        raise InvalidInput(_("Region %(region)s has no organisation %(code)s.") % {"region": region_code, "code": code})
    return found


def _person(username: str, organisation_id: UUID) -> User:
    found = User.objects.filter(username=username, organisation=organisation_id).first()
    if found is None:
        raise InvalidInput(_("This person does not belong to the organisation."))
    return found

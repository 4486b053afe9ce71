"""The telephone book: desks, posts and people with the numbers by which the reader may call them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.queries import visible_organisations
from tocsin.jurisdiction.contacts.models import ContactPoint, Post, dialled_kinds, open_kinds
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.queries import Person, may, scope


@dataclass(frozen=True)
class Line:
    """One entry: `what` is desk, post or person; numbers can be dialled, addresses not."""

    what: str
    name: str
    organisation: Organisation
    numbers: tuple[str, ...]
    addresses: tuple[str, ...]
    person_id: UUID | None = None


def phone_book(user: Person, *, text: str = "", region: str = "") -> list[Line]:
    """Every entry that the user may see and whose name, organisation or number holds the text; desks before posts and people.

    People's own numbers are seen by colleagues and by who keeps or plans the duty of their organisation.
    """
    points = Prefetch("contact_points", ContactPoint.objects.filter(kind__in=open_kinds(), confirmed_at__isnull=False))
    bodies = visible_organisations(user).prefetch_related(points, Prefetch("posts", Post.objects.prefetch_related(points)))
    if region:
        bodies = bodies.filter(region_id=region)
    people = _people(user).prefetch_related(points)
    colleagues: dict[UUID | None, list[User]] = {}
    for person in people.filter(organisation__region_id=region) if region else people:
        colleagues.setdefault(person.organisation_id, []).append(person)
    found = []
    for body in bodies:
        found.append(_line("desk", str(body), body, body.contact_points.all(), body.telephone))
        found += [_line("post", str(post), body, post.contact_points.all()) for post in body.posts.all()]
        found += [
            _line("person", str(person), body, person.contact_points.all(), person_id=person.pk)
            for person in colleagues.get(body.pk, ())
        ]
    return [one for one in found if _holds(one, text.strip().lower())]


def sees_numbers(user: Person, region_code: str, organisation_id: UUID | None) -> bool:
    """Whether the user reads the numbers and mail addresses of this body's people, as in the telephone book: who sees bodies and
    is a colleague, or keeps or plans the duty there.
    """
    bodies = (organisation_id,) if organisation_id else ()
    if not may(user, "organisations.see", region_code, bodies):
        return False
    is_colleague = organisation_id is not None and getattr(user, "organisation_id", None) == organisation_id
    return is_colleague or may(user, "duty.keep", region_code, bodies) or may(user, "rosters.manage", region_code, bodies)


def _people(user: Person) -> QuerySet[User]:
    rows = User.objects.filter(is_active=True, contact_points__kind__in=open_kinds()).distinct()
    seen = Q(organisation=user.organisation_id) if isinstance(user, User) and user.organisation_id else Q(pk__in=[])
    for permission in ("duty.keep", "rosters.manage"):
        seen |= Q(pk__in=scope(User.objects.all(), user, permission, "organisation__region__code", "organisation").values("pk"))
    return rows.filter(seen)


def _line(
    what: str,
    name: str,
    organisation: Organisation,
    points: "QuerySet[ContactPoint]",
    telephone: str = "",
    person_id: UUID | None = None,
) -> Line:
    dialled = [telephone] if telephone else []
    dialled += [one.address for one in points if one.kind in dialled_kinds()]
    others = tuple(one.address for one in points if one.kind not in dialled_kinds())
    return Line(what, name, organisation, tuple(dict.fromkeys(dialled)), others, person_id)


def _holds(line: Line, text: str) -> bool:
    body = line.organisation
    told = " ".join((line.name, body.name_zh, body.name_en, body.code, *line.numbers, *line.addresses)).lower()
    digits = text.replace(" ", "").replace("-", "")
    return text in told or (digits.isdigit() and any(digits in _digits(number) for number in line.numbers))


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())

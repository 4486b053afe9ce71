"""Posts, contact points and the telephone book, for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tocsin.jurisdiction.bodies.queries import may_plan, visible_organisations
from tocsin.jurisdiction.contacts.models import ContactPoint, ContactPreference, Post, contact_kinds, open_kinds
from tocsin.jurisdiction.contacts.queries import phone_book as queries
from tocsin.jurisdiction.contacts.queries.points import foreseen_ways
from tocsin.jurisdiction.contacts.rules import ChoiceReason
from tocsin.jurisdiction.contacts.services import confirming
from tocsin.jurisdiction.contacts.services import points as services
from tocsin.jurisdiction.people.models import User
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class BookLine(Schema):
    what: str = Field(description="desk, post or person")
    name: str
    organisation_id: UUID
    numbers: list[str]
    addresses: list[str]

    @staticmethod
    def resolve_organisation_id(line: queries.Line) -> UUID:
        return line.organisation.pk


class Book(Schema):
    items: list[BookLine]
    total: int


class PostOut(Schema):
    id: UUID
    name: str
    name_zh: str
    name_en: str

    @staticmethod
    def resolve_name(post: Post) -> str:
        return str(post)


class PostIn(Schema):
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field(min_length=1, max_length=120)


class ContactPointOut(Schema):
    id: UUID
    organisation_id: UUID | None
    post_id: UUID | None
    user_id: UUID | None
    kind: str
    address: str = Field(description="empty where it is a key and you do not plan duty there")
    order: int
    hours: str
    checked_at: datetime | None
    confirmed_at: datetime | None = Field(description="null: its code was not typed back yet, so that nothing is sent there")


class CodeIn(Schema):
    code: str = Field(min_length=6, max_length=6)


class ContactPointIn(Schema):
    kind: str = Field(description=" or ".join(", ".join(contact_kinds()).rsplit(", ", 1)))
    address: str = Field("", max_length=500)
    order: int = Field(1, ge=1, le=999)
    hours: str = Field("", max_length=200)
    organisation_id: UUID | None = Field(None, description="the desk of this organisation; or")
    post_id: UUID | None = Field(None, description="this post; or")
    user_id: UUID | None = Field(None, description="this person")


class PreferenceBody(Schema):
    kinds: dict[str, list[str]] = Field(description="alarm level (red, orange, yellow, blue) -> kinds in order")
    quiet_hours: str = Field("", max_length=200)


class ForeseenOut(Schema):
    """What your choice means at one level; the screen shows everything besides."""

    level: str
    kinds: list[str] = Field(description="in order; levels yellow and blue use the next only where one fails")
    in_quiet_hours: list[str] | None = Field(description="the same in your quiet hours; null where you have none")
    waits: bool = Field(description="in quiet hours you are told when they are over")


class PreferenceOut(PreferenceBody):
    language: str = Field(description="of notices to you; empty: the installation's")
    foreseen: list[ForeseenOut]


@router.get("/phone-book", response=Book)
def phone_book(request: HttpRequest, search: str = "", region_code: str = "", limit: int = 100) -> dict[str, object]:
    """Desks, posts and people with the numbers that you may call; `search` looks in names and numbers."""
    found = queries.phone_book(request.user, text=search, region=region_code)
    return {"items": found[: max(0, min(limit, 1000))], "total": len(found)}


@router.get("/organisations/{organisation_id}/posts", response=list[PostOut])
def posts(request: HttpRequest, organisation_id: UUID) -> Any:
    """The posts of an organisation."""
    return visible_organisations(request.user).get(pk=organisation_id).posts.all()


@router.post("/organisations/{organisation_id}/posts", response={201: PostOut})
def add_post(request: HttpRequest, organisation_id: UUID, body: PostIn) -> Status[Post]:
    """A place that whoever fills it is reached by."""
    visible_organisations(request.user).get(pk=organisation_id)
    return Status(201, services.add_post(actor=actor_of(request), organisation_id=organisation_id, **body.dict()))


@router.delete("/posts/{post_id}", response={204: None})
def remove_post(request: HttpRequest, post_id: UUID) -> Status[None]:
    """Takes a post with its contact points away."""
    Post.objects.get(pk=post_id, organisation__in=visible_organisations(request.user))
    services.remove_post(actor=actor_of(request), post_id=post_id)
    return Status(204, None)


@router.get("/organisations/{organisation_id}/contact-points", response=list[ContactPointOut])
def contact_points(request: HttpRequest, organisation_id: UUID) -> Any:
    """Of its desk and its posts; the organisation's telephone number is the desk's first one beside these."""
    body = visible_organisations(request.user).get(pk=organisation_id)
    planned = may_plan(request.user, body)
    found = ContactPoint.objects.filter(organisation=body) | ContactPoint.objects.filter(post__organisation=body)
    return [_shown(one, planned) for one in found]


@router.post("/contact-points", response={201: ContactPointOut})
def add_contact_point(request: HttpRequest, body: ContactPointIn) -> Status[ContactPoint]:
    """One way more to reach a desk, a post or a person."""
    return Status(201, services.add_contact_point(actor=actor_of(request), **body.dict()))


@router.delete("/contact-points/{contact_point_id}", response={204: None})
def remove_contact_point(request: HttpRequest, contact_point_id: UUID) -> Status[None]:
    """One way less."""
    services.remove_contact_point(actor=actor_of(request), contact_point_id=contact_point_id)
    return Status(204, None)


@router.get("/me/contact-points", response=list[ContactPointOut])
def own_contact_points(request: HttpRequest) -> Any:
    """By what you are reached, in order."""
    return actor_of(request).contact_points.all()


@router.post("/me/contact-points/{contact_point_id}/code", response=ContactPointOut)
def ask_code(request: HttpRequest, contact_point_id: UUID) -> Any:
    """Sends a new code to a contact point of yours that is not confirmed yet."""
    return confirming.ask_code(user=actor_of(request), contact_point_id=contact_point_id)


@router.post("/me/contact-points/{contact_point_id}/confirm", response=ContactPointOut)
def confirm(request: HttpRequest, contact_point_id: UUID, body: CodeIn) -> Any:
    """The code that came there: from now on you are reached by it."""
    return confirming.confirm_contact_point(user=actor_of(request), contact_point_id=contact_point_id, code=body.code)


@router.get("/me/contact-preference", response=PreferenceOut)
def contact_preference(request: HttpRequest) -> PreferenceOut:
    """Your choice of channels, and what follows from it level by level."""
    return _preference(actor_of(request))


@router.put("/me/contact-preference", response=PreferenceOut)
def prefer_contacts(request: HttpRequest, body: PreferenceBody) -> PreferenceOut:
    """Your own choice of channels by alarm level, and your quiet hours."""
    services.prefer_contacts(user=actor_of(request), kinds=body.kinds, quiet_hours=body.quiet_hours)
    return _preference(actor_of(request))


def _preference(user: User) -> PreferenceOut:
    row = ContactPreference.objects.filter(user=user).first()
    foreseen = foreseen_ways(user, current_time())
    return PreferenceOut(
        kinds=row.kinds if row else {},
        quiet_hours=row.quiet_hours if row else "",
        language=user.language,
        foreseen=[
            ForeseenOut(
                level=one.level.name.lower(),
                kinds=[point.kind for point in one.awake.points],
                in_quiet_hours=None if one.quiet is None else [point.kind for point in one.quiet.points],
                waits=one.quiet is not None and one.quiet.reason is ChoiceReason.QUIET,
            )
            for one in foreseen
        ],
    )


def _shown(point: ContactPoint, planned: bool) -> ContactPoint:
    if not planned and point.kind not in open_kinds():
        point.address = ""
    return point

"""Telling those who answer for exposed bodies, for programs."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.atlas.exposure.queries.bodies import SEE
from tocsin.atlas.exposure.queries.telling import MOST_BODIES, bodies_to_tell, occasion_of
from tocsin.atlas.exposure.services import telling as services
from tocsin.atlas.exposure.shown.telling import BodyToldOut, BodyToTellOut, describe_to_tell, describe_told
from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class BodiesToTell(Schema):
    """Which bodies, and because of what: `case:`, `public_warning:` or `incoming_warning:` and an id."""

    body: list[UUID] = Field(max_length=MOST_BODIES)
    about: str = Field("", max_length=60)


class TellBodiesIn(Schema, extra="forbid"):
    """The bodies, the occasion, and what they are to know and to do."""

    bodies: list[UUID] = Field(min_length=1, max_length=MOST_BODIES)
    about: str = Field("", max_length=60, description="`case:`, `public_warning:` or `incoming_warning:` and an id")
    words: str = Field(min_length=1, max_length=services.LONGEST)


@router.get("/tell", response=list[BodyToTellOut], summary="How exposed bodies can be told")
def bodies_that_can_be_told(request: HttpRequest, asked: Query[BodiesToTell]) -> list[BodyToTellOut]:
    """Whether and how those who answer for these bodies can be told, and what they were told already."""
    if not may_anywhere(request.user, SEE):
        raise NotAllowed(_("Your roles do not show you exposed bodies."))
    return describe_to_tell(request.user, bodies_to_tell(request.user, asked.body), occasion_of(request.user, asked.about))


@router.post("/tell", response=list[BodyToldOut], summary="Tell exposed bodies")
def tell_exposed_bodies(request: HttpRequest, given: TellBodiesIn) -> list[BodyToldOut]:
    """Each is told once in the same words; one that can't be told comes back with the reason, one that you don't see doesn't."""
    told = services.tell_bodies(
        actor=actor_of(request),
        body_ids=given.bodies,
        about=given.about,
        words=given.words,
        now=current_time(),
        channel="api",
    )
    return describe_told(request.user, told)

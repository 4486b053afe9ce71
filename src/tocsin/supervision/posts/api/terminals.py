"""Terminals and gates of a firm, for programs of the authority."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.jurisdiction.face import require
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.queries.posts import firms_on_wall
from tocsin.supervision.posts.queries.terminals import terminals_of
from tocsin.supervision.posts.services.terminals import bind_terminal
from tocsin.supervision.posts.shown.terminals import TerminalOut, describe_terminal

router = Router()


class TerminalIn(Schema):
    token_id: UUID = Field(description="one of your own, whose only scope is evidence.send")
    sources: list[str] = Field(description="kinds of signs that it sends; roll_call: it answers calls")


@router.get("/objects/{object_id}/terminals", response=list[TerminalOut])
def list_terminals(request: HttpRequest, object_id: UUID) -> list[TerminalOut]:
    """Tokens that speak for terminals and gates of a firm whose entry you keep."""
    found = firms_on_wall(request.user).get(pk=object_id)
    require(actor_of(request), rights.MANAGE, found.region_code)
    return [describe_terminal(one) for one in terminals_of(found)]


@router.post("/objects/{object_id}/terminals", response=TerminalOut)
def bind_to_firm(request: HttpRequest, object_id: UUID, given: TerminalIn) -> TerminalOut:
    """One of your own tokens speaks from now on for a terminal or gate of this firm: at a screen, once."""
    found = firms_on_wall(request.user).get(pk=object_id)
    return describe_terminal(bind_terminal(actor=actor_of(request), object_id=found.pk, now=current_time(), **given.dict()))

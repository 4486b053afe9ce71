"""The ground of the map for programs."""

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from tocsin.atlas.layers.queries.ground import ground_about, may_keep_ground
from tocsin.atlas.layers.services.ground import GroundFile, UnreadGround, load_ground
from tocsin.atlas.layers.shown.ground import GroundFaultOut, GroundOut, describe_faults, describe_ground
from tocsin.base.datums import Datum
from tocsin.base.errors import NotAllowed
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class GroundAnswerOut(Schema):
    """The ground that is in force now (null: none, or one of before this was kept), and what of the files can't be read."""

    loaded: bool
    ground: GroundOut | None
    faults: list[GroundFaultOut]
    fault_count: int


@router.get("/ground", response=GroundAnswerOut, summary="The ground of the map")
def read_ground(request: HttpRequest) -> GroundAnswerOut:
    """What the ground is made of, for who keeps the map."""
    if not may_keep_ground(request.user):
        raise NotAllowed("Your roles do not let you exchange the ground of the map.")
    return _answer(loaded=False)


@router.post("/ground", response=GroundAnswerOut, summary="Exchange the ground of the map")
@costly
def exchange_ground(
    request: HttpRequest, datum: Form[Datum], files: File[list[UploadedFile]], keep_others: Form[bool] = False
) -> GroundAnswerOut:
    """Takes files as the ground: GeoPackage, zipped Shapefile, KML, GeoJSON. Where a row can't be read, `faults` names it and the
    old ground stays; with `keep_others` parts of which the files hold nothing stay as they were.
    """
    try:
        load_ground(
            actor=actor_of(request),
            files=[GroundFile(one.name or "", one.read()) for one in files],
            datum=datum,
            keep_others=keep_others,
            folder=settings.CONFIGURATION.data / "ground",
            now=current_time(),
        )
    except UnreadGround as unread:
        answer = _answer(loaded=False)
        return answer.model_copy(update={"faults": describe_faults(unread.faults), "fault_count": unread.count})
    return _answer(loaded=True)


def _answer(*, loaded: bool) -> GroundAnswerOut:
    about = ground_about(settings.CONFIGURATION.data / "ground")
    return GroundAnswerOut(loaded=loaded, ground=describe_ground(about) if about else None, faults=[], fault_count=0)

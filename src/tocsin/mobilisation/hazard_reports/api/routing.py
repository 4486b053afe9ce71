"""The routing table for programs: who takes reports of what, and the list of situations as a spreadsheet."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.services.importing import import_situations
from tocsin.mobilisation.hazard_reports.shown.routing import ListImportOut, RoutingOut, SlipOut, describe_routing
from tocsin.screens.request import actor_of

router = Router()


class RoutingFilter(Schema):
    region_code: str = Field("", max_length=6)
    trade: str = Field("", max_length=40)
    q: str = Field("", max_length=120)


class ListImportIn(Schema):
    """From which text the list was taken, and where it is to hold."""

    source: str = Field(max_length=300)
    region_code: str = Field(max_length=6, description="000000: everywhere")


@router.get("/hazard-routing", response=RoutingOut)
def hazard_routing(request: HttpRequest, wanted: Query[RoutingFilter]) -> RoutingOut:
    """The table in force in a region; situations of a trade, or by words."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Reports by the public are nothing that you may see."))
    return describe_routing(wanted.region_code, trade=wanted.trade, q=wanted.q)


@router.post("/hazard-routing/situations", response=ListImportOut)
def import_situations_of_standard(request: HttpRequest, about: Form[ListImportIn], file: File[UploadedFile]) -> ListImportOut:
    """The list from a spreadsheet, as a draft for a second person, or every error by row and column."""
    done = import_situations(actor=actor_of(request), content=file.read(), source=about.source, region_code=about.region_code)
    return ListImportOut(
        rows=done.rows,
        version_id=done.version_id,
        lacking=done.lacking,
        slips=[SlipOut(row=one.row, column=one.column, words=one.words) for one in done.slips],
    )

"""Setting up and its checks, for programs."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.imports.shown import TableImportOut, describe_import
from tocsin.records.setup import queries
from tocsin.records.setup.services import county
from tocsin.records.setup.services import steps as services
from tocsin.records.setup.services.city import exporting
from tocsin.records.setup.shown import ReadinessCheckOut, SetupStepOut, describe_check, describe_step
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.readiness import Sight
from tocsin.screens.request import actor_of

router = Router()


class SkipStepIn(Schema, extra="forbid"):
    step: str
    region_code: str
    reason: str


class CountyTemplateIn(Schema, extra="forbid"):
    region_code: str


class CityFileOut(Schema):
    region_code: str
    toml: str


class TakeUpStepIn(Schema, extra="forbid"):
    step: str
    region_code: str


@router.get("/setup", response=list[SetupStepOut])
@costly
def setup_steps(request: HttpRequest, region: str = "") -> list[SetupStepOut]:
    """Every step of setting up an area (a code of GB/T 2260; without one that which has most bodies), as the facts are now."""
    _require(request)
    actor, area = actor_of(request), queries.chosen_area(request.user, region) or EVERYWHERE
    return [describe_step(one, actor) for one in queries.read_steps(Sight(actor, area, current_time()))]


@router.get("/readiness", response=list[ReadinessCheckOut])
@costly
def readiness(request: HttpRequest, region: str = "") -> list[ReadinessCheckOut]:
    """Every check, those that endanger people first; `count` 0 is in order. Without a region of all that you administer."""
    _require(request)
    actor, area = actor_of(request), queries.chosen_area(request.user, region) if region else EVERYWHERE
    return [describe_check(one, actor) for one in queries.read_checks(Sight(actor, area, current_time()))]


@router.get("/setup/city", response=CityFileOut)
@costly
def city_file(request: HttpRequest, region_code: str, people: bool = False) -> CityFileOut:
    """The settings of an area and all below it as TOML, which `POST /imports` with `kind=city` takes in elsewhere."""
    text = exporting.export_city(actor=actor_of(request), region_code=region_code[:6], with_people=people, now=current_time())
    return CityFileOut(region_code=region_code[:6], toml=text)


@router.post("/setup/skip", response={204: None})
def skip_setup_step(request: HttpRequest, body: SkipStepIn) -> None:
    """The area does without this step; the reason is kept."""
    services.skip_step(
        actor=actor_of(request), step=body.step, region_code=body.region_code, reason=body.reason, now=current_time()
    )


@router.post("/setup/take-up", response={204: None})
def take_up_setup_step(request: HttpRequest, body: TakeUpStepIn) -> None:
    """The step counts again."""
    services.take_up_step(actor=actor_of(request), step=body.step, region_code=body.region_code)


@router.post("/setup/county", response=TableImportOut)
def give_county_template(request: HttpRequest, body: CountyTemplateIn) -> TableImportOut:
    """Gives the usual bodies that the area lacks as a table of organisations: read, take and undo it there (`/imports`)."""
    made = county.give_county_template(actor=actor_of(request), region_code=body.region_code, now=current_time())
    return describe_import(made)


def _require(request: HttpRequest) -> None:
    if not may_anywhere(request.user, "system.see"):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": "system.see"})

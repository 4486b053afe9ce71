"""Work permits for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.hazchem.permits.queries import permits as queries
from tocsin.hazchem.permits.rules.gas import GasFigures
from tocsin.hazchem.permits.rules.kinds import BlindAction, Emission, PermitKind
from tocsin.hazchem.permits.rules.sheets import PermitSheet
from tocsin.hazchem.permits.services import permits as services
from tocsin.hazchem.permits.services import work
from tocsin.hazchem.permits.shown.groups import GROUPS
from tocsin.hazchem.permits.shown.permits import (
    PermitGasTestOut,
    WholePermitOut,
    WorkPermitOut,
    describe_permit,
    describe_test,
    describe_whole,
)
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Grouped, GroupedSlice
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment

router = Router()


class WorkPermitsOut(Grouped):
    items: list[WorkPermitOut]
    total: int


class PermitFilter(GroupedSlice):
    q: str = ""
    which: queries.Which = ""
    kind: str = ""


class PermitSheetIn(Schema, extra="forbid"):
    """A permit as it is applied for."""

    kind: PermitKind
    work: str = Field(max_length=300)
    place: str = Field(max_length=200)
    begins_at: Moment
    ends_at: Moment
    hazards: str = Field("", max_length=2000)
    plant_unit_id: UUID | None = None
    serves_id: UUID | None = Field(None, description="of temporary power: the permit that it ends with")
    lon: float | None = None
    lat: float | None = None
    explosive_area: bool = False
    live: bool = False
    bund: bool = False
    pipe_rack: bool = False
    open_air: bool = False
    necessary: bool = False
    fall_factor: bool = False
    enriched: bool = False
    wind: int | None = Field(None, description="Beaufort")
    height_m: float | None = None
    load_t: float | None = None
    lel_percent: float | None = Field(None, description="lower explosive limit, percent of the volume; null where nothing burns")
    toxics: list[str] = Field([], max_length=30)
    emits: list[Emission] = Field([], max_length=3)
    isolations: list[str] = Field([], max_length=30)
    blinds: list[str] = Field([], max_length=30)
    disturbs: list[str] = Field([], max_length=30, description="tags of points of the unit that get a cover for its time")
    blind: str = Field("", max_length=60)
    blind_action: BlindAction | None = None
    analyst_id: UUID | None = None
    watcher_id: UUID | None = None
    approver_id: UUID | None = None


class NewPermitIn(PermitSheetIn):
    object_id: UUID


class PermitGasTestIn(Schema, extra="forbid"):
    flammable_percent: float | None = None
    oxygen_percent: float | None = None
    toxics: dict[str, float] = Field({}, max_length=30)
    place: str = Field("", max_length=200)
    sensor_id: UUID | None = Field(None, description="oxygen or methane is this sensor's newest reading")


class PermitTicksIn(Schema, extra="forbid"):
    done: list[str] = Field([], max_length=50)
    without: list[str] = Field([], max_length=50)


class PermitSignatureIn(Schema, extra="forbid"):
    joint: bool = Field(False, description="the approver accepts the works beside it")


class PermitEndIn(Schema, extra="forbid"):
    ends_at: Moment


class PermitReasonIn(Schema, extra="forbid"):
    reason: str = Field(max_length=300)


@router.get("/work-permits", response=WorkPermitsOut)
def work_permits(request: HttpRequest, wanted: Query[PermitFilter]) -> WorkPermitsOut:
    """Permits of firms that you may see, those that begin last first."""
    found = queries.search_permits(request.user, q=wanted.q, which=wanted.which, kind=wanted.kind)
    part = wanted.grouped(found, GROUPS)
    items = [describe_permit(one) for one in part["items"]]
    return WorkPermitsOut(items=items, total=part["total"], groups=part["groups"])


@router.post("/work-permits", response={201: WorkPermitOut})
def apply_for_work_permit(request: HttpRequest, given: NewPermitIn) -> Status[WorkPermitOut]:
    """Applies for a permit: a draft, graded; you are its applicant."""
    made = services.apply_for_permit(actor=actor_of(request), object_id=given.object_id, sheet=_sheet(given), now=current_time())
    return Status(201, describe_permit(made))


@router.get("/work-permits/{uuid:work_permit_id}", response=WholePermitOut)
def get_work_permit(request: HttpRequest, work_permit_id: UUID) -> WholePermitOut:
    """One permit with what lacks, what stands beside it, tests, measures and steps."""
    return describe_whole(queries.visible_permits(request.user).get(pk=work_permit_id), current_time())


@router.put("/work-permits/{uuid:work_permit_id}", response=WorkPermitOut)
def change_work_permit(request: HttpRequest, work_permit_id: UUID, given: PermitSheetIn) -> WorkPermitOut:
    """A permit that was not approved yet, anew; signatures are void."""
    changed = services.change_permit(actor=actor_of(request), permit_id=work_permit_id, sheet=_sheet(given), now=current_time())
    return describe_permit(changed)


@router.post("/work-permits/{uuid:work_permit_id}/gas-tests", response={201: PermitGasTestOut})
def test_gas_of_work_permit(request: HttpRequest, work_permit_id: UUID, given: PermitGasTestIn) -> Status[PermitGasTestOut]:
    """A gas test by its analyst; one that fails while work goes on stops it."""
    figures = GasFigures(flammable_percent=given.flammable_percent, oxygen_percent=given.oxygen_percent, toxics=given.toxics)
    test = work.test_gas(
        actor=actor_of(request),
        permit_id=work_permit_id,
        figures=figures,
        place=given.place,
        sensor_id=given.sensor_id,
        now=current_time(),
    )
    return Status(201, describe_test(test))


@router.post("/work-permits/{uuid:work_permit_id}/measures", response=WholePermitOut)
def tick_measures_of_work_permit(request: HttpRequest, work_permit_id: UUID, given: PermitTicksIn) -> WholePermitOut:
    """Measures that the watcher has seen on site."""
    now = current_time()
    permit = work.tick_measures(
        actor=actor_of(request), permit_id=work_permit_id, done=given.done, without=given.without, now=now
    )
    return describe_whole(permit, now)


@router.post("/work-permits/{uuid:work_permit_id}/signature", response=WorkPermitOut)
def sign_work_permit(request: HttpRequest, work_permit_id: UUID, given: PermitSignatureIn) -> WorkPermitOut:
    """Your signature, where it is your turn; a person signed in gives it, no token."""
    signed = services.sign_permit(actor=actor_of(request), permit_id=work_permit_id, joint=given.joint, now=current_time())
    return describe_permit(signed)


@router.post("/work-permits/{uuid:work_permit_id}/start", response=WorkPermitOut)
def start_work_permit(request: HttpRequest, work_permit_id: UUID) -> WorkPermitOut:
    """Work begins or goes on; no token."""
    return describe_permit(work.start_work(actor=actor_of(request), permit_id=work_permit_id, now=current_time()))


@router.post("/work-permits/{uuid:work_permit_id}/pause", response=WorkPermitOut)
def pause_work_permit(request: HttpRequest, work_permit_id: UUID) -> WorkPermitOut:
    """Work rests."""
    return describe_permit(work.pause_work(actor=actor_of(request), permit_id=work_permit_id, now=current_time()))


@router.put("/work-permits/{uuid:work_permit_id}/end", response=WorkPermitOut)
def extend_work_permit(request: HttpRequest, work_permit_id: UUID, given: PermitEndIn) -> WorkPermitOut:
    """Another end by the approver; no token."""
    extended = work.extend_permit(actor=actor_of(request), permit_id=work_permit_id, ends_at=given.ends_at, now=current_time())
    return describe_permit(extended)


@router.post("/work-permits/{uuid:work_permit_id}/close", response=WorkPermitOut)
def close_work_permit(request: HttpRequest, work_permit_id: UUID) -> WorkPermitOut:
    """The work is done and the place was looked over; no token."""
    return describe_permit(work.close_permit(actor=actor_of(request), permit_id=work_permit_id, now=current_time()))


@router.post("/work-permits/{uuid:work_permit_id}/stop", response=WorkPermitOut)
def stop_work_permit(request: HttpRequest, work_permit_id: UUID, given: PermitReasonIn) -> WorkPermitOut:
    """Work that is not safe stops; a new gas test and new signatures let it go on."""
    return describe_permit(
        work.stop_work(actor=actor_of(request), permit_id=work_permit_id, reason=given.reason, now=current_time())
    )


@router.post("/work-permits/{uuid:work_permit_id}/cancel", response=WorkPermitOut)
def cancel_work_permit(request: HttpRequest, work_permit_id: UUID, given: PermitReasonIn) -> WorkPermitOut:
    """A permit whose work does not begin."""
    return describe_permit(
        services.cancel_permit(actor=actor_of(request), permit_id=work_permit_id, reason=given.reason, now=current_time())
    )


def _sheet(given: PermitSheetIn) -> PermitSheet:
    values = given.dict(exclude={"object_id"})
    values["unit_id"] = values.pop("plant_unit_id")
    lists = {name: tuple(values[name]) for name in ("toxics", "emits", "isolations", "blinds", "disturbs")}
    return PermitSheet(**{**values, **lists})

"""The register of resources, contracts and deliveries for programs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Router, Schema, UploadedFile

from tocsin.atlas.resources.queries.resources import found_resources, resources_for, visible_deliveries
from tocsin.atlas.resources.rules.levels import Shared, SharingLevel
from tocsin.atlas.resources.services import landing
from tocsin.atlas.resources.services import register as services
from tocsin.atlas.resources.services.layers import load_layers
from tocsin.atlas.resources.services.register import MOST_CONTRACT, ResourceFacts
from tocsin.atlas.resources.services.taking import take_department
from tocsin.atlas.resources.shown.granted import granted_detail
from tocsin.atlas.resources.shown.resources import (
    DataResourceOut,
    DeliveryOut,
    ResourceDetailOut,
    describe_columns,
    describe_delivery,
    describe_resource,
)
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class ResourceIn(Schema, extra="forbid"):
    name_zh: str = Field(max_length=120)
    level: SharingLevel
    name_en: str = Field("", max_length=120)
    theme: str = Field("", max_length=40)
    description: str = Field("", max_length=500)
    contact: str = Field("", max_length=60)
    telephone: str = Field("", max_length=40)
    legal_basis: str = Field("", max_length=200)
    licence: str = Field("", max_length=120)
    cycle_h: float | None = Field(None, gt=0, description="hours between two deliveries; null: whenever something changes")
    source: str = Field("", max_length=200)


class NewResourceIn(ResourceIn):
    region_code: str = Field(pattern=r"^\d{6}$")
    organisation_id: UUID = Field(description="the body that delivers it")
    slug: str = Field(max_length=60, description="small letters, digits, - and _")
    contract: str = Field("", max_length=MOST_CONTRACT, description="ODCS, YAML or JSON; empty: derived from the first delivery")


class ResourceStateIn(Schema, extra="forbid"):
    active: bool


class ContractIn(Schema, extra="forbid"):
    text: str = Field(max_length=MOST_CONTRACT)
    reason: str = Field("", max_length=300)


class UseIn(Schema, extra="forbid"):
    reason: str = Field(max_length=300)


class TakeDepartmentIn(Schema, extra="forbid"):
    department: str = Field(max_length=40, description="key of the catalogue: fire, health, education …")
    region_code: str = Field(pattern=r"^\d{6}$")
    organisation_id: UUID


class LoadedLayerOut(Schema):
    layer: str
    resource_id: UUID
    slug: str
    new: bool
    delivery: DeliveryOut | None = Field(description="null: the resource holds exactly this file already")


class DataResourcesOut(Schema):
    items: list[DataResourceOut]
    total: int


class DeliveriesOut(Schema):
    items: list[DeliveryOut]
    total: int


@router.get("/resources", response=DataResourcesOut)
def data_resources(
    request: HttpRequest, wanted: Query[Slice], search: str = "", theme: str = "", state: str = ""
) -> DataResourcesOut:
    """Resources that you may read, by name. `state`: served, empty, or broken (a delivery is set aside)."""
    found = wanted.part(found_resources(request.user, search=search[:100], theme=theme[:40], state=state))
    return DataResourcesOut(items=[describe_resource(one, current_time()) for one in found["items"]], total=found["total"])


@router.post("/resources", response=ResourceDetailOut)
def register_data_resource(request: HttpRequest, given: NewResourceIn) -> ResourceDetailOut:
    """Registers a resource of a body."""
    facts = ResourceFacts(**given.dict(exclude={"region_code", "organisation_id", "slug", "contract"}))
    made = services.register_resource(
        actor=actor_of(request),
        region_code=given.region_code,
        owner_id=given.organisation_id,
        slug=given.slug,
        facts=facts,
        contract=given.contract,
        now=current_time(),
    )
    return _told(request, made.pk)


@router.post("/resources/take", response=list[DataResourceOut])
def take_resources_of_department(request: HttpRequest, given: TakeDepartmentIn) -> list[DataResourceOut]:
    """Registers what a department typically shares, for one of its bodies; what is registered already stays."""
    made = take_department(
        actor=actor_of(request),
        department=given.department,
        region_code=given.region_code,
        owner_id=given.organisation_id,
        now=current_time(),
    )
    return [describe_resource(one, current_time()) for one in made]


@router.post("/resources/layers", response=list[LoadedLayerOut])
@costly
def load_resource_layers(
    request: HttpRequest,
    region_code: Form[str],
    organisation_id: Form[UUID],
    file: File[UploadedFile],
    level: Form[SharingLevel] = SharingLevel.INNER,
) -> list[LoadedLayerOut]:
    """Makes every layer of a file a resource, or delivers it anew; the same file again changes nothing."""
    loaded = load_layers(
        actor=actor_of(request),
        region_code=region_code[:12],
        owner_id=organisation_id,
        file_name=file.name or "",
        content=file.read(),
        level=level,
        now=current_time(),
        way=Shared.UPLOAD,
    )
    return [
        LoadedLayerOut(
            layer=one.layer,
            resource_id=one.resource.pk,
            slug=one.resource.slug,
            new=one.is_new,
            delivery=describe_delivery(one.delivery) if one.delivery else None,
        )
        for one in loaded
    ]


@router.get("/resources/{uuid:resource_id}", response=ResourceDetailOut)
def data_resource(request: HttpRequest, resource_id: UUID) -> ResourceDetailOut:
    """One resource with the columns that its contract promises; for who reads it by an agreement alone, what that opens."""
    if not resources_for(request.user).filter(pk=resource_id).exists():
        granted = granted_detail(resource_id, request.user)
        if granted is not None:
            return granted
    return _told(request, resource_id)


@router.put("/resources/{uuid:resource_id}", response=ResourceDetailOut)
def change_data_resource(request: HttpRequest, resource_id: UUID, given: ResourceIn) -> ResourceDetailOut:
    """Describes a resource anew."""
    facts = ResourceFacts(**given.dict())
    services.change_resource(actor=actor_of(request), resource_id=resource_id, facts=facts, now=current_time())
    return _told(request, resource_id)


@router.post("/resources/{uuid:resource_id}/state", response=ResourceDetailOut)
def close_data_resource(request: HttpRequest, resource_id: UUID, given: ResourceStateIn) -> ResourceDetailOut:
    """Gives a resource up, or takes it up again."""
    services.close_resource(actor=actor_of(request), resource_id=resource_id, active=given.active, now=current_time())
    return _told(request, resource_id)


@router.get("/resources/{uuid:resource_id}/contract", response=str)
def contract_of_data_resource(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    """The contract that holds, as an ODCS document in YAML; empty where there is none yet."""
    found = resources_for(request.user).select_related("contract").get(pk=resource_id)
    return HttpResponse(found.contract.text if found.contract else "", content_type="application/yaml; charset=utf-8")


@router.put("/resources/{uuid:resource_id}/contract", response=ResourceDetailOut)
def change_contract_of_data_resource(request: HttpRequest, resource_id: UUID, given: ContractIn) -> ResourceDetailOut:
    """The next version of the contract; the next delivery is judged by it."""
    services.change_contract(
        actor=actor_of(request), resource_id=resource_id, text=given.text, reason=given.reason, now=current_time()
    )
    return _told(request, resource_id)


@router.get("/resources/{uuid:resource_id}/deliveries", response=DeliveriesOut)
def deliveries_of_data_resource(request: HttpRequest, resource_id: UUID, wanted: Query[Slice]) -> DeliveriesOut:
    """Deliveries of a resource with their verdicts, newest first."""
    resources_for(request.user).get(pk=resource_id)
    found = wanted.part(visible_deliveries(request.user).filter(resource=resource_id).select_related("proposed_by"))
    return DeliveriesOut(items=[describe_delivery(one) for one in found["items"]], total=found["total"])


@router.post("/resources/{uuid:resource_id}/deliveries", response=DeliveryOut)
@costly
def deliver_data_resource(
    request: HttpRequest, resource_id: UUID, file: File[UploadedFile], layer: Form[str] = ""
) -> DeliveryOut:
    """Delivers a file (CSV, .xlsx, GeoJSON, GeoPackage, zipped Shapefile, KML): judged at once, then served or set aside."""
    made = landing.deliver(
        actor=actor_of(request),
        resource_id=resource_id,
        file_name=file.name or "",
        content=file.read(),
        layer=layer[:120],
        now=current_time(),
    )
    return _delivery(request, made.pk)


@router.post("/deliveries/{uuid:delivery_id}/propose", response=DeliveryOut)
def propose_delivery(request: HttpRequest, delivery_id: UUID, given: UseIn) -> DeliveryOut:
    """Asks that a broken delivery be used all the same; a second person decides."""
    landing.propose_use(actor=actor_of(request), delivery_id=delivery_id, reason=given.reason, now=current_time())
    return _delivery(request, delivery_id)


@router.post("/deliveries/{uuid:delivery_id}/agree", response=DeliveryOut)
def agree_to_delivery(request: HttpRequest, delivery_id: UUID) -> DeliveryOut:
    """Uses it, as the second person."""
    landing.agree_to_use(actor=actor_of(request), delivery_id=delivery_id, now=current_time())
    return _delivery(request, delivery_id)


@router.post("/deliveries/{uuid:delivery_id}/again", response=DeliveryOut)
def judge_delivery_again(request: HttpRequest, delivery_id: UUID) -> DeliveryOut:
    """Judges a delivery that was set aside by the contract that holds now."""
    landing.judge_again(actor=actor_of(request), delivery_id=delivery_id, now=current_time())
    return _delivery(request, delivery_id)


@router.post("/deliveries/{uuid:delivery_id}/ask", response=DeliveryOut)
def ask_for_new_delivery(request: HttpRequest, delivery_id: UUID) -> DeliveryOut:
    """Drops a delivery that was set aside and asks the owner for a new file."""
    landing.ask_for_new(actor=actor_of(request), delivery_id=delivery_id, now=current_time())
    return _delivery(request, delivery_id)


@router.post("/deliveries/{uuid:delivery_id}/drop", response=DeliveryOut)
def drop_delivery(request: HttpRequest, delivery_id: UUID) -> DeliveryOut:
    """Drops a delivery that was set aside."""
    landing.drop_delivery(actor=actor_of(request), delivery_id=delivery_id, now=current_time())
    return _delivery(request, delivery_id)


def _told(request: HttpRequest, resource_id: UUID) -> ResourceDetailOut:
    found = resources_for(request.user).select_related("owner", "contract").get(pk=resource_id)
    return ResourceDetailOut(**describe_resource(found, current_time()).dict(), columns=describe_columns(found.contract))


def _delivery(request: HttpRequest, delivery_id: UUID) -> DeliveryOut:
    return describe_delivery(visible_deliveries(request.user).select_related("proposed_by").get(pk=delivery_id))

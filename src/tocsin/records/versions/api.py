"""Policy for programs: values, versions, and a city's settings as one file."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.versions import queries, shown
from tocsin.records.versions.services import city_file, versions
from tocsin.screens.budgets.requests import costly
from tocsin.screens.request import actor_of

router = Router()


class PolicyValueOut(Schema):
    key: str
    shipped: str
    own: str = Field(description="empty where the shipped value stands")
    differs: bool


class PolicyFileVersionOut(Schema):
    id: UUID
    policy: str
    key: str = Field(description="the item of the file that it is a version of; empty: the file")
    version: str
    region_code: str = Field(description="empty: everywhere")
    trade: str
    state: str = Field(description="draft, tried, coming, on or replaced")
    source: str
    confidence: str
    reason: str
    whole: bool = Field(description="it holds the whole file, not only what differs")
    withdrawn: bool
    made_at: datetime
    made_by: str
    confirmed_by: str
    effective_from: datetime | None
    effective_to: datetime | None
    text: str
    trial: dict[str, object] = Field(description="what trying it showed: `keys` as path, value before, value after")


class PolicyFileOut(Schema):
    name: str
    capability: str
    title: str
    regions: bool
    trades: bool
    keys: int
    own_keys: int
    values: list[PolicyValueOut]
    versions: list[PolicyFileVersionOut]


class PolicyFilter(Schema):
    name: str = Field("", max_length=60, description="one file with all its keys")
    key: str = Field("", max_length=120, description="part of a key")


class PolicyFileVersionIn(Schema):
    policy: str = Field(max_length=60)
    text: str = Field(max_length=versions.LONGEST, description="TOML in the form of the shipped file: what differs, or all of it")
    region_code: str = Field(max_length=6, description=f"{EVERYWHERE}: everywhere")
    trade: str = Field("", max_length=60)
    key: str = Field("", max_length=60)
    whole: bool = False
    withdrawn: bool = False
    source: str = Field("", max_length=300)
    confidence: str = Field("", max_length=1)
    reason: str = Field("", max_length=500)
    effective_to: datetime | None = None


class PolicyDeclineIn(Schema, extra="forbid"):
    words: str = Field(min_length=1, max_length=500, description="why")


class PolicyConfirmIn(Schema):
    effective_from: datetime | None = Field(None, description="now, where it is left out")


@router.get("/policy", response=list[PolicyFileOut])
def policy_files(request: HttpRequest, wanted: Query[PolicyFilter]) -> list[shown.ShownFile]:
    """Every policy file with the values that are the installation's own; one by `name` with all of its values."""
    _require_reader(request)
    if wanted.name:
        file = queries.policy_file(wanted.name)
        return [shown.show_file(file, queries.visible_versions(request.user, file.name)[:500])]
    return shown.show_files(request.user, query=wanted.key)


@router.get(
    "/policy/export",
    summary="A city's whole policy as one TOML file",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/toml": {"schema": {"type": "string"}}}}}},
)
@costly
def policy_export(request: HttpRequest) -> HttpResponse:
    """Every key of every policy file as it is in force, with the versions of your regions."""
    _require_reader(request)
    return HttpResponse(city_file.export_policy(request.user), content_type="application/toml; charset=utf-8")


@router.post("/policy/versions", response=PolicyFileVersionOut)
def draft_policy_version(request: HttpRequest, given: PolicyFileVersionIn) -> shown.ShownVersion:
    """A new version of a policy, as a draft."""
    fields = given.dict()
    row = versions.draft_version(actor=actor_of(request), policy=fields.pop("policy"), new=versions.NewVersion(**fields))
    return _shown(row.pk, request)


@router.get("/policy/versions/{policy_version_id}", response=PolicyFileVersionOut)
def policy_version(request: HttpRequest, policy_version_id: UUID) -> shown.ShownVersion:
    """One version."""
    return _shown(policy_version_id, request)


@router.post("/policy/versions/{policy_version_id}/try", response=PolicyFileVersionOut)
@costly
def try_policy_version(request: HttpRequest, policy_version_id: UUID) -> shown.ShownVersion:
    """Shows what it would change."""
    versions.try_version(actor=actor_of(request), version_id=policy_version_id)
    return _shown(policy_version_id, request)


@router.post("/policy/versions/{policy_version_id}/confirm", response=PolicyFileVersionOut)
def confirm_policy_version(request: HttpRequest, policy_version_id: UUID, given: PolicyConfirmIn) -> shown.ShownVersion:
    """The second person's word: it is in force from then on."""
    versions.confirm_version(actor=actor_of(request), version_id=policy_version_id, effective_from=given.effective_from)
    return _shown(policy_version_id, request)


@router.post("/policy/versions/{policy_version_id}/decline", response=PolicyFileVersionOut)
def decline_policy_version(request: HttpRequest, policy_version_id: UUID, given: PolicyDeclineIn) -> shown.ShownVersion:
    """The draft is taken back by its author, or declined by who might confirm it."""
    versions.decline_version(actor=actor_of(request), version_id=policy_version_id, words=given.words)
    return _shown(policy_version_id, request)


def _shown(version_id: UUID, request: HttpRequest) -> shown.ShownVersion:
    row = queries.visible_versions(request.user).get(pk=version_id)
    siblings = queries.visible_versions(request.user, row.policy)
    return next(one for one in shown.show_versions(siblings) if one.id == row.pk)


def _require_reader(request: HttpRequest) -> None:
    if not may_anywhere(request.user, queries.SEE):
        raise NotAllowed(queries.SEE)

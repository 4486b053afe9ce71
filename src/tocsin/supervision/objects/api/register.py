"""Objects of supervision for programs."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from tocsin.base.credit_codes import judge_credit_code, normal_credit_code, read_as
from tocsin.base.errors import NotAllowed
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Grouped, GroupedSlice
from tocsin.screens.request import actor_of
from tocsin.supervision.objects import shown as told
from tocsin.supervision.objects.policy.register import Trade, trades
from tocsin.supervision.objects.queries import codes
from tocsin.supervision.objects.queries import register as queries
from tocsin.supervision.objects.rules.register import CodeColour, NewObject, NewPerson, ObjectKind, RiskClass
from tocsin.supervision.objects.services import codes as code_services
from tocsin.supervision.objects.services import register as services
from tocsin.supervision.objects.shown import KeyPersonOut, ObjectOut

router = Router()


class ObjectsOut(Grouped):
    items: list[ObjectOut]
    total: int


class ObjectSearch(GroupedSlice):
    search: str = Field("", max_length=100)
    region: str = Field("", max_length=12, description="with all below it")
    trade: str = Field("", max_length=40)
    risk_class: RiskClass | None = None
    kind: ObjectKind | None = None
    colour: CodeColour | None = None
    directly_supervised: bool | None = None
    major_hazard: bool | None = None
    active: bool | None = True


class ObjectIn(Schema, extra="forbid"):
    """An object as it is entered or changed."""

    kind: ObjectKind
    name: str = Field(max_length=200)
    trade: str = Field(max_length=40)
    region_code: str = Field(max_length=6)
    credit_code: str = Field("", max_length=40)
    site_number: int = Field(1, ge=1, le=999)
    parent_id: UUID | None = None
    risk_class: RiskClass | None = None
    town_code: str = Field("", max_length=12)
    address: str = Field("", max_length=300)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    employees: int | None = Field(None, ge=0, le=10_000_000)
    shifts: str = Field("", max_length=200)
    solar_kwp: float = Field(0.0, ge=0, le=1_000_000)
    major_hazard: bool = False
    directly_supervised: bool | None = None
    competent_id: UUID | None = None
    organisation_id: UUID | None = None

    def told(self) -> NewObject:
        values = self.dict()
        return NewObject(**{**values, "risk_class": values["risk_class"].value if values["risk_class"] else ""})


class ObjectReasonIn(Schema, extra="forbid"):
    reason: str = Field("", max_length=500)


class KeyPersonIn(Schema, extra="forbid"):
    role: str = Field(max_length=40)
    name: str = Field(max_length=120)
    post: str = Field("", max_length=120)
    telephone: str = Field("", max_length=40)
    external_id: str = Field("", max_length=60)
    required_certificate: str = Field("", max_length=120)
    username: str = Field("", max_length=60)


class SafetyCodeOut(Schema):
    path: str = Field(description="of the page behind the code; its address is what a QR holds")
    address: str
    holds_s: int | None = Field(description="of a code for the screen")
    issued_at: datetime | None = Field(description="of a sign's code")


class TradeOut(Schema):
    key: str
    zh: str
    en: str
    department: str
    directly_supervised: bool
    risk_class: RiskClass
    high_risk: bool
    source: str
    confidence: str

    @classmethod
    def of(cls, key: str, trade: Trade) -> "TradeOut":
        """One trade under its key."""
        return cls(
            key=key,
            zh=trade.zh,
            en=trade.en,
            department=trade.department,
            directly_supervised=trade.directly_supervised,
            risk_class=trade.risk_class,
            high_risk=trade.high_risk,
            source=trade.source,
            confidence=trade.confidence,
        )


class CreditCodeOut(Schema):
    code: str
    verdict: str = Field(description="valid, length, character, check or organisation")
    meant: str = Field(description="the valid code that look-alike letters may stand for; empty where there is none")


@router.get("/trades", response=list[TradeOut])
def list_trades(request: HttpRequest) -> list[TradeOut]:
    """Trades with their competent department and default class."""
    return [TradeOut.of(key, one) for key, one in trades().items()]


@router.get("/credit-codes", response=CreditCodeOut)
def check_credit_code(request: HttpRequest, code: str) -> dict[str, str]:
    """What the check digits say about a unified social credit code (GB 32100-2015)."""
    normal = normal_credit_code(code[:100])
    return {"code": normal, "verdict": judge_credit_code(normal).value, "meant": read_as(normal)}


@router.get("/objects", response=ObjectsOut)
def list_objects(request: HttpRequest, wanted: Query[ObjectSearch]) -> ObjectsOut:
    """Visible objects, a page at a time."""
    values = wanted.dict(exclude={"limit", "offset", "group_by"})
    for name in ("risk_class", "kind", "colour"):
        values[name] = values[name].value if values[name] else ""
    found = queries.search_objects(request.user, queries.Chosen(**values))
    part = wanted.grouped(found, told.GROUPS)
    items = [told.describe_object(one) for one in part["items"]]
    return ObjectsOut(items=items, total=part["total"], groups=part["groups"])


@router.post("/objects", response=ObjectOut)
def register_object(request: HttpRequest, given: ObjectIn) -> ObjectOut:
    """A new object with its information code."""
    return _told(request, services.register_object(actor=actor_of(request), new=given.told()).pk)


@router.get("/objects/{uuid:object_id}", response=ObjectOut)
def one_object(request: HttpRequest, object_id: UUID) -> ObjectOut:
    """One object, also one that was absorbed: `merged_into_id` leads on."""
    return _told(request, object_id)


@router.put("/objects/{uuid:object_id}", response=ObjectOut)
def change_object(request: HttpRequest, object_id: UUID, given: ObjectIn) -> ObjectOut:
    """The object as told now."""
    return _told(request, services.change_object(actor=actor_of(request), object_id=object_id, new=given.told()).pk)


@router.post("/objects/{uuid:object_id}/close", response=ObjectOut)
def close_object(request: HttpRequest, object_id: UUID, given: ObjectReasonIn) -> ObjectOut:
    """It works no longer."""
    return _told(request, services.close_object(actor=actor_of(request), object_id=object_id, reason=given.reason).pk)


@router.post("/objects/{uuid:object_id}/reopen", response=ObjectOut)
def reopen_object(request: HttpRequest, object_id: UUID, given: ObjectReasonIn) -> ObjectOut:
    """It works again."""
    return _told(request, services.reopen_object(actor=actor_of(request), object_id=object_id, reason=given.reason).pk)


@router.get("/objects/{uuid:object_id}/people", response=list[KeyPersonOut])
def people(request: HttpRequest, object_id: UUID) -> list[KeyPersonOut]:
    """Who answers: for readers of presence, keepers of the register, and the firm itself."""
    one = queries.all_visible_objects(request.user).get(pk=object_id)
    if not queries.may_see_people(request.user, one):
        raise NotAllowed(_("Your roles do not show you who answers."))
    found = queries.visible_people(request.user).filter(object_id=object_id).select_related("user")
    return [told.describe_person(person) for person in found]


@router.post("/objects/{uuid:object_id}/people", response=KeyPersonOut)
def add_person(request: HttpRequest, object_id: UUID, given: KeyPersonIn) -> KeyPersonOut:
    """Somebody who answers for the object."""
    return told.describe_person(services.add_person(actor=actor_of(request), object_id=object_id, new=NewPerson(**given.dict())))


@router.put("/people/{uuid:key_person_id}", response=KeyPersonOut)
def change_person(request: HttpRequest, key_person_id: UUID, given: KeyPersonIn) -> KeyPersonOut:
    """The person as told now."""
    new = NewPerson(**given.dict())
    return told.describe_person(services.change_person(actor=actor_of(request), person_id=key_person_id, new=new))


@router.delete("/people/{uuid:key_person_id}", response={204: None})
def remove_person(request: HttpRequest, key_person_id: UUID) -> Status[None]:
    """The person no longer answers."""
    services.remove_person(actor=actor_of(request), person_id=key_person_id)
    return Status(204, None)


@router.get("/objects/{uuid:object_id}/code", response=SafetyCodeOut)
def screen_code(request: HttpRequest, object_id: UUID) -> SafetyCodeOut:
    """A code for the screen, good for minutes."""
    found = queries.visible_objects(request.user).get(pk=object_id)
    path = codes.code_path(codes.screen_token(found, now=current_time()))
    return SafetyCodeOut(path=path, address=codes.public_address() + path, holds_s=codes.holds_on_screen_s(), issued_at=None)


@router.post("/objects/{uuid:object_id}/sign", response=SafetyCodeOut)
def issue_sign(request: HttpRequest, object_id: UUID, renew: bool = False) -> SafetyCodeOut:
    """The code of the object's sign: the one in force, or a new one where there is none or it is renewed."""
    issue = code_services.issue_codes(actor=actor_of(request), object_ids=[object_id], renew=renew)[0]
    path = codes.code_path(codes.sign_token(issue))
    return SafetyCodeOut(path=path, address=codes.public_address() + path, holds_s=None, issued_at=issue.issued_at)


@router.post("/objects/{uuid:object_id}/sign/withdraw", response={204: None})
def withdraw_sign(request: HttpRequest, object_id: UUID, given: ObjectReasonIn) -> Status[None]:
    """The sign on the wall counts no longer."""
    code_services.withdraw_code(actor=actor_of(request), object_id=object_id, reason=given.reason)
    return Status(204, None)


def _told(request: HttpRequest, object_id: UUID) -> ObjectOut:
    return told.describe_object(queries.with_colour(queries.all_visible_objects(request.user)).get(pk=object_id))

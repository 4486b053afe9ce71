"""Objects of the register as people and programs read them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.face import Person, organisation_names, region_names
from tocsin.screens.lists.groups import Grouping, Groups, words_of
from tocsin.screens.waterfall import Bar
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.policy.register import reads_chinese, trade_name
from tocsin.supervision.objects.queries.register import Colour, region_name
from tocsin.supervision.objects.rules.register import CodeColour, MatchState, ObjectKind, RiskClass, Weight


class ColourOut(Schema):
    """A colour with its name and day."""

    colour: CodeColour
    colour_name: str
    colour_day: date | None
    score: float | None = Field(description="points, 0 to 100")


class ObjectOut(ColourOut):
    id: UUID
    code: str = Field(description="the information code")
    kind: ObjectKind
    kind_name: str
    name: str
    parent_id: UUID | None
    parent_name: str
    credit_code: str
    site_number: int
    trade: str
    trade_name: str
    risk_class: str
    risk_class_name: str
    region_code: str
    town_code: str
    address: str
    lon: float | None
    lat: float | None
    employees: int | None
    shifts: str
    solar_kwp: float
    major_hazard: bool
    directly_supervised: bool
    competent_id: UUID | None
    competent_name: str
    organisation_id: UUID | None
    organisation_name: str
    active: bool
    merged_into_id: UUID | None
    created_at: datetime

    @property
    def region_name(self) -> str:
        """The region in words."""
        return region_name(self.region_code)


class KeyPersonOut(Schema):
    id: UUID
    object_id: UUID
    role: str
    role_name: str
    post: str
    name: str
    telephone: str
    external_id: str
    required_certificate: str
    username: str
    active: bool


@dataclass(frozen=True)
class Section:
    """What a subject shows on an object's page. `tell` gives the context of the template, None where the reader sees nothing."""

    name: str
    tell: Callable[[SupervisedObject, Person], dict[str, object] | None]
    template: str


@dataclass(frozen=True)
class ShownSection:
    """What a subject shows of one object: its template with the context, by its name."""

    subject: str
    template: str
    context: dict[str, object]


KIND_NAMES = {
    ObjectKind.ENTERPRISE: pgettext_lazy("kind of supervised object", "enterprise"),
    ObjectKind.SITE: pgettext_lazy("kind of supervised object", "site"),
    ObjectKind.PLACE: pgettext_lazy("kind of supervised object", "place"),
    ObjectKind.EQUIPMENT: pgettext_lazy("kind of supervised object", "equipment"),
}
RISK_NAMES = {
    RiskClass.RED: pgettext_lazy("risk class", "major risk (red)"),
    RiskClass.ORANGE: pgettext_lazy("risk class", "larger risk (orange)"),
    RiskClass.YELLOW: pgettext_lazy("risk class", "ordinary risk (yellow)"),
    RiskClass.BLUE: pgettext_lazy("risk class", "low risk (blue)"),
}
COLOUR_MEANINGS = {
    CodeColour.GREEN: pgettext_lazy("meaning of a colour", "in order as far as is known; looked at by lot"),
    CodeColour.BLUE: pgettext_lazy("meaning of a colour", "small things to mend; inspected regularly"),
    CodeColour.YELLOW: pgettext_lazy("meaning of a colour", "things to mend; talked to and inspected soon"),
    CodeColour.RED: pgettext_lazy("meaning of a colour", "serious things to mend; inspected at once"),
    CodeColour.GREY: pgettext_lazy("meaning of a colour", "too little is known to say"),
}
ORDER_NAMES = {
    "": pgettext_lazy("order of a list", "by name"),
    "score": pgettext_lazy("order of a list", "lowest score first"),
    "best": pgettext_lazy("order of a list", "highest score first"),
    "region": pgettext_lazy("order of a list", "by region"),
    "newest": pgettext_lazy("order of a list", "newest first"),
}
COLOUR_NAMES = {
    CodeColour.GREEN: pgettext_lazy("colour of a code", "green code"),
    CodeColour.BLUE: pgettext_lazy("colour of a code", "blue code"),
    CodeColour.YELLOW: pgettext_lazy("colour of a code", "yellow code"),
    CodeColour.RED: pgettext_lazy("colour of a code", "red code"),
    CodeColour.GREY: pgettext_lazy("colour of a code", "grey: not enough data"),
}
MATCH_NAMES = {
    MatchState.MATCHED: pgettext_lazy("state of a match", "matched"),
    MatchState.UNSURE: pgettext_lazy("state of a match", "unsure"),
    MatchState.NEW: pgettext_lazy("state of a match", "not in the register"),
}
FIELD_NAMES = {
    "prior": pgettext_lazy("comparison", "before anything is compared"),
    "credit_code": pgettext_lazy("comparison", "credit code"),
    "name": pgettext_lazy("comparison", "name"),
    "branch": pgettext_lazy("comparison", "branch or site"),
    "place": pgettext_lazy("comparison", "address or distance"),
    "trade": pgettext_lazy("comparison", "trade"),
}
LEVEL_NAMES = {
    "": "",
    "unknown": pgettext_lazy("comparison", "not known"),
    "equal": pgettext_lazy("comparison", "equal"),
    "equal_unchecked": pgettext_lazy("comparison", "equal, but no valid code"),
    "typed": pgettext_lazy("comparison", "a slip of the hand apart"),
    "organisation": pgettext_lazy("comparison", "the same organisation code"),
    "different": pgettext_lazy("comparison", "different"),
    "different_unchecked": pgettext_lazy("comparison", "different, one is no valid code"),
    "brand": pgettext_lazy("comparison", "one is the other's short form"),
    "near": pgettext_lazy("comparison", "a slip apart"),
    "slip": pgettext_lazy("comparison", "one character apart"),
    "sister": pgettext_lazy("comparison", "the same own name, another trade"),
    "similar": pgettext_lazy("comparison", "similar"),
    "none": pgettext_lazy("comparison", "none on either side"),
    "one_sided": pgettext_lazy("comparison", "on one side only"),
    "same_address": pgettext_lazy("comparison", "the same address"),
    "near_address": pgettext_lazy("comparison", "nearly the same address"),
    "same_street": pgettext_lazy("comparison", "the same street"),
    "other_address": pgettext_lazy("comparison", "another address"),
    "within_near": pgettext_lazy("comparison", "at the same spot"),
    "within_close": pgettext_lazy("comparison", "close by"),
    "within_far": pgettext_lazy("comparison", "in the same quarter"),
    "beyond": pgettext_lazy("comparison", "far away"),
}


def describe_waterfall(weights: Iterable[Weight]) -> list[Bar]:
    """The bars of a match in words, then their sum."""
    bars = [
        Bar(str(FIELD_NAMES[one["field"]]), str(LEVEL_NAMES[one["level"]]), one["bits"], one["measured"])
        for one in weights
        if one["field"] in FIELD_NAMES
    ]
    return [*bars, Bar(gettext("together"), "", round(sum(bar.bits for bar in bars), 2))] if bars else []


def other_site_percent(weights: Iterable[Weight]) -> float:
    """How likely the record is another site of the candidate's firm, in per cent."""
    return next((round(100 * (one["measured"] or 0.0), 1) for one in weights if one["field"] == "other_site"), 0.0)


def describe_colour(colour: Colour) -> ColourOut:
    """A colour with its name and day."""
    name, score = str(COLOUR_NAMES[colour.colour]), None if colour.score is None else colour.score / 100
    return ColourOut(colour=colour.colour, colour_name=name, colour_day=colour.day, score=score)


def describe_object(supervised_object: SupervisedObject) -> ObjectOut:
    """One object without another query: relations are loaded, the colour annotated (`with_colour`) or grey."""
    colour = getattr(supervised_object, "colour", None) or CodeColour.GREY.value
    told = Colour(CodeColour(colour), getattr(supervised_object, "colour_day", None), getattr(supervised_object, "score", None))
    return ObjectOut(
        id=supervised_object.pk,
        code=supervised_object.code,
        kind=ObjectKind(supervised_object.kind),
        kind_name=str(KIND_NAMES[ObjectKind(supervised_object.kind)]),
        name=supervised_object.name,
        parent_id=supervised_object.parent_id,
        parent_name=supervised_object.parent.name if supervised_object.parent else "",
        credit_code=supervised_object.credit_code,
        site_number=supervised_object.site_number,
        trade=supervised_object.trade,
        trade_name=trade_name(supervised_object.trade),
        risk_class=supervised_object.risk_class,
        risk_class_name=str(RISK_NAMES[RiskClass(supervised_object.risk_class)]) if supervised_object.risk_class else "",
        region_code=supervised_object.region_code,
        town_code=supervised_object.town_code,
        address=supervised_object.address,
        lon=supervised_object.lon,
        lat=supervised_object.lat,
        employees=supervised_object.employees,
        shifts=supervised_object.shifts,
        solar_kwp=supervised_object.solar_kwp,
        major_hazard=supervised_object.major_hazard,
        directly_supervised=supervised_object.directly_supervised,
        competent_id=supervised_object.competent_id,
        competent_name=str(supervised_object.competent) if supervised_object.competent else "",
        organisation_id=supervised_object.organisation_id,
        organisation_name=str(supervised_object.organisation) if supervised_object.organisation else "",
        active=supervised_object.active,
        merged_into_id=supervised_object.merged_into_id,
        created_at=supervised_object.created_at,
        **dict(describe_colour(told)),
    )


def describe_person(person: KeyPerson) -> KeyPersonOut:
    """Somebody who answers: personal data, only for readers of `objects.queries.register.visible_people`."""
    return KeyPersonOut(
        id=person.pk,
        object_id=person.object_id,
        role=person.role,
        role_name=role_name(person.role),
        post=person.post,
        name=person.name,
        telephone=person.telephone,
        external_id=person.external_id,
        required_certificate=person.required_certificate,
        username=person.user.username if person.user else "",
        active=person.active,
    )


def role_name(key: str) -> str:
    """A key person's role for the reader; the key itself of one that is no longer in the list."""
    role = post_policy().roles.get(key)
    return key if role is None else role.zh if reads_chinese() else role.en


def key_roles() -> list[tuple[str, str]]:
    """All roles of key people with their names for the reader."""
    return [(key, role_name(key)) for key in post_policy().roles]


def colour_name(colour: str) -> str:
    """The word of a colour."""
    return str(COLOUR_NAMES[CodeColour(colour)])


GROUPS: Final = Groups(
    (
        Grouping("colour", gettext_lazy("Colour of the code"), "colour", words_of(COLOUR_NAMES)),
        Grouping("trade", gettext_lazy("Trade"), "trade", lambda keys: {one: trade_name(one) for one in keys}),
        Grouping("risk_class", gettext_lazy("Risk class"), "risk_class", words_of(RISK_NAMES)),
        Grouping("region", gettext_lazy("Region"), "region_code", region_names),
        Grouping("competent", gettext_lazy("Competent department"), "competent_id", organisation_names),
        Grouping("kind", gettext_lazy("Kind"), "kind", words_of(KIND_NAMES)),
    ),
)

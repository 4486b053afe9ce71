"""Objects of the register as people and programs read them."""

from typing import Any

from django.utils.translation import pgettext_lazy

from tocsin.supervision.models import KeyPerson, SupervisedObject
from tocsin.supervision.policy.objects import trade_name
from tocsin.supervision.queries.objects import Colour
from tocsin.supervision.rules.objects import CodeColour, MatchState, ObjectKind, RiskClass

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


def describe_colour(colour: Colour) -> dict[str, Any]:
    """A colour with its name and day."""
    return {
        "colour": colour.colour.value,
        "colour_name": str(COLOUR_NAMES[colour.colour]),
        "colour_day": colour.day,
        "score": None if colour.score is None else colour.score / 100,
    }


def describe_object(found: SupervisedObject) -> dict[str, Any]:
    """One object without another query: relations are loaded, the colour annotated (`queries.with_colour`) or grey."""
    colour = getattr(found, "colour", None) or CodeColour.GREY.value
    told = Colour(CodeColour(colour), getattr(found, "colour_day", None), getattr(found, "score", None))
    return {
        "id": found.pk,
        "code": found.code,
        "kind": found.kind,
        "kind_name": str(KIND_NAMES[ObjectKind(found.kind)]),
        "name": found.name,
        "parent_id": found.parent_id,
        "parent_name": found.parent.name if found.parent else "",
        "credit_code": found.credit_code,
        "site_number": found.site_number,
        "trade": found.trade,
        "trade_name": trade_name(found.trade),
        "risk_class": found.risk_class,
        "risk_class_name": str(RISK_NAMES[RiskClass(found.risk_class)]) if found.risk_class else "",
        "region_code": found.region_code,
        "town_code": found.town_code,
        "address": found.address,
        "lon": found.lon,
        "lat": found.lat,
        "employees": found.employees,
        "shifts": found.shifts,
        "solar_kwp": found.solar_kwp,
        "major_hazard": found.major_hazard,
        "directly_supervised": found.directly_supervised,
        "competent_id": found.competent_id,
        "competent_name": str(found.competent) if found.competent else "",
        "organisation_id": found.organisation_id,
        "organisation_name": str(found.organisation) if found.organisation else "",
        "active": found.active,
        "merged_into_id": found.merged_into_id,
        "created_at": found.created_at,
        **describe_colour(told),
    }


def describe_person(person: KeyPerson) -> dict[str, Any]:
    """Somebody who answers: personal data, only for readers of `queries.visible_people`."""
    return {
        "id": person.pk,
        "object_id": person.object_id,
        "role": person.role,
        "post": person.post,
        "name": person.name,
        "telephone": person.telephone,
        "external_id": person.external_id,
        "required_certificate": person.required_certificate,
        "username": person.user.username if person.user else "",
        "active": person.active,
    }

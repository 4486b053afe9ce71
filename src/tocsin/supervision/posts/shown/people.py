"""Key people of a firm for its page: whom a form offers, and the three who answer for a major hazard."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.shown import role_name

if TYPE_CHECKING:
    from tocsin.supervision.objects.models import SupervisedObject

THREE: Final = ("hazard_principal", "hazard_technical", "hazard_operations")  # 包保责任人, 应急厅〔2021〕12号 article 3


@dataclass(frozen=True)
class PersonChoice:
    """A key person for lists to choose from."""

    id: UUID
    name: str
    role_name: str
    external_id: str


@dataclass(frozen=True)
class Responsible:
    """One of the three persons of a major hazard; no names: nobody is named."""

    role_name: str
    names: tuple[str, ...]
    named: bool


def people_for(supervised_object: "SupervisedObject", post: str = "") -> list[PersonChoice]:
    """The firm's key people; those who may fill the post stand first."""
    rule = next((one for one in post_policy().rule if one.key == post), None) or post_policy().permit_post_of(post)
    roles = rule.roles if rule is not None else ()
    people = sorted(supervised_object.people.filter(active=True), key=lambda one: one.role not in roles)
    return [PersonChoice(one.pk, one.name, role_name(one.role), one.external_id) for one in people]


def three_persons(supervised_object: "SupervisedObject", *, names: bool) -> list[Responsible]:
    """The three who answer for a major hazard installation; none where the firm has no such installation."""
    if not supervised_object.major_hazard:
        return []
    people = list(supervised_object.people.filter(active=True, role__in=THREE))
    return [
        Responsible(
            role_name(role),
            tuple(one.name for one in people if one.role == role) if names else (),
            any(one.role == role for one in people),
        )
        for role in THREE
    ]

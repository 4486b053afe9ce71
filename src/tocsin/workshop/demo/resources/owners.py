"""Which department of the demonstration owns which resources, and the bodies that it has for them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from tocsin.atlas.resources.policy.catalogue import ShippedResource

OWNERS: Final = {
    "emergency": "emergency_bureau",
    "fire": "fire_rescue",
    "meteorology": "meteorological_bureau",
    "water": "water_bureau",
    "nature": "natural_resources_bureau",
    "seismic": "emergency_bureau",
    "housing": "housing_bureau",
    "urban": "city_management_bureau",
    "transport": "transport_bureau",
    "health": "health_bureau",
    "education": "education_bureau",
    "civil": "civil_affairs_bureau",
    "ecology": "ecology_bureau",
    "energy": "industry_bureau",
    "market": "market_bureau",
    "commerce": "commerce_bureau",
    "culture": "culture_bureau",
    "grain": "emergency_bureau",
    "statistics": "statistics_bureau",
}
"""Department of the catalogue -> code of the body."""

_BODIES: Final = {
    "meteorological_bureau": ("气象局", "Meteorological bureau"),
    "natural_resources_bureau": ("自然资源局", "Natural resources bureau"),
    "transport_bureau": ("交通运输局", "Transport bureau"),
    "health_bureau": ("卫生健康局", "Health bureau"),
    "education_bureau": ("教育和体育局", "Education and sports bureau"),
    "civil_affairs_bureau": ("民政局", "Civil affairs bureau"),
    "ecology_bureau": ("生态环境分局", "Ecology and environment office"),
    "market_bureau": ("市场监督管理局", "Market regulation bureau"),
    "commerce_bureau": ("商务局", "Commerce bureau"),
    "culture_bureau": ("文化和旅游局", "Culture and tourism bureau"),
    "statistics_bureau": ("统计局", "Statistics bureau"),
}


def ensure_owners(region_code: str) -> Mapping[str, UUID]:
    """By department of the catalogue its body's id; bodies that the district does not have yet are registered."""
    ids = {code: _ensure_body(code, region_code) for code in dict.fromkeys(OWNERS.values())}
    return {department: ids[code] for department, code in OWNERS.items()}


def ensure_owner(department: str, region_code: str) -> UUID:
    """The id of the body that owns what a department shares."""
    return _ensure_body(OWNERS[department], region_code)


def _ensure_body(code: str, region_code: str) -> UUID:
    from tocsin.jurisdiction.bodies.queries import organisation_by_code
    from tocsin.jurisdiction.bodies.services import register_organisation
    from tocsin.jurisdiction.people.services.system import system_actor

    body = organisation_by_code(code, region_code)
    if body is None:
        superior = organisation_by_code("government_duty_room", region_code)
        name_zh, name_en = _BODIES[code]
        body = register_organisation(
            actor=system_actor(),
            code=code,
            region_code=region_code,
            name_zh=name_zh,
            name_en=name_en,
            kind="department",
            superior_id=superior.pk if superior else None,
        )
    return body.pk


def register_all(shipped: "Mapping[str, ShippedResource]", region_code: str, owners: Mapping[str, UUID]) -> None:
    """Registers the resources for their owners; those that are there stay."""
    from tocsin.atlas.resources.services.taking import take_resources
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.screens.clock import current_time

    for department, owner in owners.items():
        mine = [one for one in shipped.values() if one.department == department]
        take_resources(actor=system_actor(), shipped=mine, region_code=region_code, owner_id=owner, now=current_time())

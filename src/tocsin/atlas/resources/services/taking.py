"""The typical resources of a department, entered for one of its bodies in one press."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.policy.catalogue import ShippedColumn, ShippedResource, departments, shipped_resources
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.services.register import ResourceFacts, register_resource
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import require

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

LEGAL_BASIS: Final = "《政务数据共享条例》（国务院令第809号）"
SOURCE: Final = "典型目录，待责任单位确认"
PLACE: Final = (ShippedColumn("经度", "number", "°"), ShippedColumn("纬度", "number", "°"))


def take_department(*, actor: "User", department: str, region_code: str, owner_id: UUID, now: datetime) -> list[Resource]:
    """Registers what the department typically shares, for that body; what is registered already stays. The new ones."""
    if department not in departments():
        raise InvalidInput(_("The catalogue has no department %(key)s.") % {"key": department})
    ones = shipped_resources(department)
    return take_resources(actor=actor, shipped=ones, region_code=region_code, owner_id=owner_id, now=now)


def take_resources(
    *, actor: "User", shipped: Sequence[ShippedResource], region_code: str, owner_id: UUID, now: datetime
) -> list[Resource]:
    """Registers these of the catalogue for one body; what is registered already stays. The new ones."""
    require(actor, rights.KEEP, region_code, (owner_id,))
    by_slug = {slug_in(one, region_code): one for one in shipped}
    known = set(Resource.objects.filter(slug__in=by_slug).values_list("slug", flat=True))
    return [
        register_resource(
            actor=actor,
            region_code=region_code,
            owner_id=owner_id,
            slug=slug,
            facts=_facts(one),
            contract=contract_text(one),
            now=now,
        )
        for slug, one in by_slug.items()
        if slug not in known
    ]


def slug_in(one: ShippedResource, region_code: str) -> str:
    """The short name of a shipped resource in a region."""
    return f"{one.slug}_{region_code}"


def _facts(one: ShippedResource) -> ResourceFacts:
    return ResourceFacts(
        name_zh=one.zh,
        name_en=one.en,
        theme=one.department,
        level=one.level,
        cycle_h=one.cycle_h,
        legal_basis=LEGAL_BASIS,
        source=SOURCE,
        confidence="C",
    )


def contract_text(one: ShippedResource) -> str:
    """The contract of a shipped resource as ODCS: places of points stand in two columns, lines and areas are shapes."""
    import yaml

    columns = (*one.columns, *(PLACE if one.shape == "point" else ()))
    properties = [_property(column, key=at == 0) for at, column in enumerate(columns)]
    told: list[dict[str, Any]] = [{"property": "mayRepeat", "value": True}]
    if one.shape == "point":
        told += [{"property": "longitude", "value": PLACE[0].name}, {"property": "latitude", "value": PLACE[1].name}]
    elif one.shape != "none":
        told.append({"property": "geometry", "value": one.shape})
    table = {"name": one.slug, "logicalType": "object", "properties": properties, "customProperties": told}
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": one.slug,
        "name": one.zh,
        "version": "1.0.0",
        "status": "draft",
        "schema": [table],
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def _property(column: ShippedColumn, *, key: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "logicalType": column.kind}
    if key:
        told["primaryKey"] = True
    if column.unit:
        told["customProperties"] = [{"property": "unit", "value": column.unit}]
    return told

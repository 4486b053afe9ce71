"""Resources as collections: whole for who may read them, cut to what was granted for others."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language

from tocsin.atlas.exchange.models import SharingAgreement
from tocsin.atlas.exchange.queries.agreements import agreements_in_force
from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.resources import contract_of, resources_for
from tocsin.atlas.resources.queries.sight import masks_of, seen_rows, sight_of
from tocsin.atlas.resources.rules.levels import SharingLevel
from tocsin.atlas.resources.rules.sight import Sight
from tocsin.engine.deliveries.contract import Kind
from tocsin.engine.deliveries.masks import Clear
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

_KINDS = {
    Kind.TEXT: FieldKind.TEXT,
    Kind.WHOLE: FieldKind.INTEGER,
    Kind.NUMBER: FieldKind.NUMBER,
    Kind.YES_NO: FieldKind.BOOLEAN,
    Kind.DAY: FieldKind.DATE,
    Kind.MOMENT: FieldKind.TIMESTAMP,
}


def resource_collections(person: "Person") -> list[FeatureCollection]:
    """The resources that this reader may read, with or without an agreement; strangers those that are public."""
    served = Resource.objects.filter(active=True, good__isnull=False).select_related("owner", "contract", "good__contract")
    if person.is_authenticated:
        readable = served.filter(pk__in=resources_for(person).order_by().values("pk"))
    else:
        readable = served.filter(level=SharingLevel.PUBLIC.value)
    whole = [collection_of(one, sight_of(person, one)) for one in readable.order_by("name_zh", "slug")]
    seen = {one.resource_id for one in whole}
    granted = agreements_in_force(person, timezone.localdate(current_time()))
    return [*whole, *(agreed_collection(one) for one in granted if one.resource_id not in seen and one.resource.good_id)]


def fields_of(resource: Resource) -> tuple[Field, ...]:
    """The columns of the contract under which the served rows came, else of the one that holds."""
    agreed = contract_of(resource.good.contract if resource.good else resource.contract)
    return () if agreed is None else tuple(Field(one.name, _KINDS[one.kind], one.name, one.unit) for one in agreed.columns)


def collection_of(resource: Resource, sight: Sight) -> FeatureCollection:
    """A resource as far as it is seen."""
    agreed = contract_of(resource.good.contract if resource.good else resource.contract)
    fields = tuple(one for one in fields_of(resource) if sight.columns is None or one.name in sight.columns)
    masks = frozenset(masks_of(agreed, sight))
    times = {one.name for one in fields if one.kind in (FieldKind.DATE, FieldKind.TIMESTAMP)} - masks
    return FeatureCollection(
        name=resource.slug,
        title=name_of(resource),
        description=resource.description or str(resource.owner),
        fields=fields,
        rows=lambda _person: seen_rows(resource.pk, sight),
        moment=agreed.moment if agreed is not None and agreed.moment in times else "",
        keywords=(resource.theme,) if resource.theme else (),
        owner=str(resource.owner),
        licence=resource.licence,
        updated_at=resource.delivered_at,
        resource_id=resource.pk,
        masked=masks,
    )


def agreed_collection(agreement: SharingAgreement) -> FeatureCollection:
    """What an agreement grants: its fields alone, and the rows that its filter is true for. A field that the contract no longer
    has is left out; a filter that no longer fits it keeps every row back.
    """
    return replace(collection_of(agreement.resource, sight_by(agreement)), agreement_id=agreement.pk)


def sight_by(agreement: SharingAgreement) -> Sight:
    """What the body sees to which it was granted."""
    return Sight(tuple(agreement.fields), frozenset({Clear.AGREEMENT}), agreement.rows)


def name_of(resource: Resource) -> str:
    """In the reader's language where it has a name in it."""
    chinese = (get_language() or "zh").startswith("zh")
    return resource.name_zh if chinese or not resource.name_en else resource.name_en

"""Resources as collections: whole for who may read them, cut to what was granted for others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl
from django.utils import timezone
from django.utils.translation import get_language

from tocsin.atlas.exchange.models import SharingAgreement
from tocsin.atlas.exchange.queries.agreements import agreements_in_force
from tocsin.atlas.exchange.rules.collections import RESERVED, TYPES, FeatureCollection, Field, FieldKind, narrowed
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.resources import contract_of, resources_for
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.rules.levels import SharingLevel
from tocsin.engine.deliveries.contract import Kind
from tocsin.engine.filters.compiling import compile_filter
from tocsin.engine.filters.reading import read_text
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
    whole = [collection_of(one) for one in readable.order_by("name_zh", "slug")]
    seen = {one.resource_id for one in whole}
    granted = agreements_in_force(person, timezone.localdate(current_time()))
    return [*whole, *(agreed_collection(one) for one in granted if one.resource_id not in seen and one.resource.good_id)]


def fields_of(resource: Resource) -> tuple[Field, ...]:
    """The columns of the contract under which the served rows came, else of the one that holds."""
    agreed = contract_of(resource.good.contract if resource.good else resource.contract)
    return () if agreed is None else tuple(Field(one.name, _KINDS[one.kind], one.name, one.unit) for one in agreed.columns)


def collection_of(resource: Resource) -> FeatureCollection:
    """A resource with all its columns."""
    fields = fields_of(resource)
    agreed = contract_of(resource.good.contract if resource.good else resource.contract)
    times = {one.name for one in fields if one.kind in (FieldKind.DATE, FieldKind.TIMESTAMP)}
    return FeatureCollection(
        name=resource.slug,
        title=name_of(resource),
        description=resource.description or name_of(resource),
        fields=fields,
        rows=lambda _person: _cast(rows_of(resource.pk), fields),
        moment=agreed.moment if agreed is not None and agreed.moment in times else "",
        keywords=(resource.theme,) if resource.theme else (),
        owner=str(resource.owner),
        licence=resource.licence,
        updated_at=resource.delivered_at,
        resource_id=resource.pk,
    )


def agreed_collection(agreement: SharingAgreement) -> FeatureCollection:
    """What an agreement grants: its fields alone, and the rows that its filter is true for. A field that the contract no longer
    has is left out; a filter that no longer fits it keeps every row back.
    """
    from dataclasses import replace

    whole = collection_of(agreement.resource)
    kept = narrowed(whole, [one.name for one in whole.fields if one.name in agreement.fields])
    return replace(
        kept,
        rows=lambda person: _granted_rows(whole.rows(person), agreement, whole),
        moment=whole.moment if whole.moment in agreement.fields else "",
        agreement_id=agreement.pk,
    )


def _granted_rows(rows: pl.LazyFrame, agreement: SharingAgreement, whole: FeatureCollection) -> pl.LazyFrame:
    if not agreement.rows:
        return rows
    return rows.filter(compile_filter(read_text(agreement.rows), whole.types))


def name_of(resource: Resource) -> str:
    """In the reader's language where it has a name in it."""
    chinese = (get_language() or "zh").startswith("zh")
    return resource.name_zh if chinese or not resource.name_en else resource.name_en


def _cast(rows: pl.LazyFrame, fields: Sequence[Field]) -> pl.LazyFrame:
    """The columns as collections have them: times in microseconds."""
    moments = [pl.col(one.name).cast(TYPES[one.kind]) for one in fields if one.kind is FieldKind.TIMESTAMP]
    return rows.select(*RESERVED, *(one.name for one in fields)).with_columns(*moments)

"""The rows of a resource as one reader sees them."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from uuid import UUID

import polars as pl
from django.conf import settings

from tocsin.atlas.resources.queries.resources import contract_of, keeps, own_body
from tocsin.atlas.resources.queries.rows import good_delivery, rows_of
from tocsin.atlas.resources.rules.sight import Sight
from tocsin.engine.deliveries.masks import Clear, Mask, masked
from tocsin.engine.deliveries.typed_rows import BOUNDS, GEOMETRY, KEY
from tocsin.engine.filters.compiling import compile_filter
from tocsin.engine.filters.reading import read_text

if TYPE_CHECKING:
    from tocsin.atlas.resources.models import Resource
    from tocsin.engine.deliveries.contract import Contract as Agreed
    from tocsin.jurisdiction.face import Person

OWN: Final = (KEY, GEOMETRY, *BOUNDS)


def sight_of(person: "Person", resource: "Resource") -> Sight:
    """The sight of somebody who may read the resource: whole, but for what is masked."""
    if not person.is_authenticated:
        return Sight()
    is_owner = own_body(person) == resource.owner_id
    reader = {Clear.OWNER} if is_owner else set()
    return Sight(reader=frozenset(reader | {Clear.KEEPERS}) if keeps(person, resource) else frozenset(reader))


def masks_of(agreed: "Agreed | None", sight: Sight) -> Mapping[str, Mask]:
    """By column how this reader sees it masked."""
    return {} if agreed is None else agreed.masks_for(sight.reader)


def seen_rows(resource_id: UUID, sight: Sight, *, at: datetime | None = None) -> pl.LazyFrame:
    """The rows as this reader sees them, with the columns of `rows_of`, by ascending key.

    A place is seen where its columns are; a key that holds what is not seen is another one, the same for the same row. Moments
    are in microseconds. InvalidInput where the condition does not fit the columns.
    """
    delivery = good_delivery(resource_id, at=at)
    agreed = contract_of(delivery.contract) if delivery is not None else None
    rows = rows_of(resource_id, at=at)
    kinds = dict(rows.collect_schema())
    moments = {name: pl.Datetime("us", "UTC") for name, kind in kinds.items() if isinstance(kind, pl.Datetime)}
    kinds |= moments
    rows = rows.with_columns(pl.col(name).cast(kind) for name, kind in moments.items())
    if sight.condition:
        rows = rows.filter(compile_filter(read_text(sight.condition), {name: kinds[name] for name in kinds if name not in OWN}))
    shown = [name for name in kinds if name not in OWN and (sight.columns is None or name in sight.columns)]
    masks = masks_of(agreed, sight)
    if agreed is not None and any(name not in shown or name in masks for name in agreed.key):
        rows = rows.with_columns(pl.col(KEY).map_batches(lambda keys: _hidden(keys, resource_id), return_dtype=pl.String)).sort(
            KEY
        )
    if agreed is not None and any(name and name not in shown for name in (agreed.longitude, agreed.latitude)):
        rows = rows.with_columns(pl.lit(None, dtype=kinds[name]).alias(name) for name in (GEOMETRY, *BOUNDS))
    return rows.select(*OWN, *(masked(name, kinds[name], masks[name]) if name in masks else pl.col(name) for name in shown))


def _hidden(keys: pl.Series, resource_id: UUID) -> pl.Series:
    """Other keys from which nobody finds the values."""
    secret = blake2b(settings.SECRET_KEY.encode(), digest_size=32).digest()
    salt = resource_id.bytes
    return pl.Series([blake2b(one.encode(), digest_size=12, key=secret, salt=salt).hexdigest() for one in keys], dtype=pl.String)

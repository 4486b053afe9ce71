"""The rows of a resource, from its table in Delta Lake.

Which version of the table is served says the database, never the table itself: what a process wrote before it died is no delivery
until the row that names its version is there.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import polars as pl
from django.conf import settings

from tocsin.atlas.resources.models import Contract, Delivery, Resource
from tocsin.atlas.resources.queries.resources import contract_of
from tocsin.atlas.resources.rules.levels import Stage
from tocsin.engine.deliveries.typed_rows import schema_of

if TYPE_CHECKING:
    from tocsin.engine.deliveries.contract import Contract as Agreed

NOTHING_PROMISED = "none"


def rows_of(resource_id: UUID, *, at: datetime | None = None) -> pl.LazyFrame:
    """The rows of the newest good delivery, or of the one that was good at a past moment.

    `_key` (String, unique, ascending), `_geometry` (Binary: WKB in degrees of CGCS2000, longitude first; null where there is
    none), `_west`, `_south`, `_east`, `_north` (Float64), then the columns of the contract under which it came. Without a
    delivery it has no rows. Who may read them is asked before (`resources_for`).
    """
    delivery = good_delivery(resource_id, at=at)
    if delivery is None or delivery.version is None or delivery.contract is None:
        resource = Resource.objects.select_related("contract").get(pk=resource_id)
        return pl.LazyFrame(schema=schema_of_contract(resource.contract))
    schema = schema_of_contract(delivery.contract)
    kept = pl.scan_delta(str(table_folder(resource_id)), version=delivery.version)
    read = {name: pl.col(name).cast(kind) if isinstance(kind, pl.Datetime) else pl.col(name) for name, kind in schema.items()}
    return kept.select(read.values())


def good_delivery(resource_id: UUID, *, at: datetime | None = None) -> Delivery | None:
    """The delivery that is served, or that was served at a past moment."""
    if at is None:
        resource = Resource.objects.select_related("good__contract").filter(pk=resource_id).first()
        return resource.good if resource else None
    landed = Delivery.objects.filter(resource=resource_id, stage=Stage.LANDED.value, landed_at__lte=at)
    return landed.select_related("contract").order_by("-landed_at", "-version").first()


def schema_of_contract(contract: Contract | None) -> dict[str, pl.DataType]:
    """The columns of rows under a contract, those of key and place alone where there is none."""
    from tocsin.engine.deliveries.contract import Contract as Promise

    agreed: Agreed = contract_of(contract) or Promise(name=NOTHING_PROMISED, columns=())
    return schema_of(agreed)


def folder() -> Path:
    """Where tables and files of resources lie."""
    return Path(settings.CONFIGURATION.data) / "resources"


def table_folder(resource_id: UUID) -> Path:
    """Where the table of one resource lies."""
    return folder() / "tables" / str(resource_id)

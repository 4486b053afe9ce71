"""What a sharing agreement opens of a resource: the page of the resource for who reads it by that alone."""

import math
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from tocsin.atlas.exchange.queries.agreements import agreements_in_force
from tocsin.atlas.exchange.queries.pages import count_of, extent_of
from tocsin.atlas.exchange.queries.resources import agreed_collection, sight_by
from tocsin.atlas.exchange.shown.agreements import describe_agreement
from tocsin.atlas.exchange.shown.tables import downloads_of
from tocsin.atlas.resources.rules.ages import freshness_of
from tocsin.atlas.resources.shown.granted import GrantedPage
from tocsin.atlas.resources.shown.resources import (
    FRESHNESS_BADGES,
    FRESHNESS_NAMES,
    ResourceDetailOut,
    describe_columns,
    describe_resource,
    patience,
)
from tocsin.screens.budgets.requests import claim
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.atlas.exchange.models import SharingAgreement
    from tocsin.jurisdiction.face import Person

CLOSEST: Final = 14.0


def tell(resource_id: UUID, reader: "Person") -> dict[str, object] | None:
    """Purpose, end, fields and rows of the agreement that holds today, how old the rows are, and the ways to them."""
    now = current_time()
    today = timezone.localdate(now)
    agreement = agreements_in_force(reader, today).filter(resource=resource_id).first()
    if agreement is None:
        return None
    resource = agreement.resource
    freshness = freshness_of(resource.delivered_at, resource.cycle_h, patience(), now)
    context: dict[str, object] = {
        "one": describe_agreement(agreement, today),
        "delivered_at": resource.delivered_at,
        "freshness_name": str(FRESHNESS_NAMES[freshness]),
        "css": FRESHNESS_BADGES[freshness.value],
        "licence": resource.licence,
    }
    return context | (_ways(agreement, reader) if resource.good_id else {})


def describe(resource_id: UUID, reader: "Person") -> ResourceDetailOut | None:
    """The resource as far as the agreement that holds today opens it: its fields, masked as they are seen, its rows and where
    they lie; nothing of who delivers it or of other fields.
    """
    now = current_time()
    agreement = agreements_in_force(reader, timezone.localdate(now)).filter(resource=resource_id).first()
    if agreement is None:
        return None
    resource = agreement.resource
    contract = resource.good.contract if resource.good else resource.contract
    told = describe_resource(resource, now).dict() | dict.fromkeys(
        ("description", "contact", "telephone", "legal_basis", "source"), ""
    )
    rows, box = 0, None
    if resource.good_id:
        claim(waits=False)
        collection = agreed_collection(agreement)
        rows, box = count_of(collection, reader), extent_of(collection, reader)
    columns = describe_columns(contract, sight_by(agreement))
    return ResourceDetailOut(**told | {"rows": rows, "box": box}, columns=columns, agreement_id=agreement.pk)


def _ways(agreement: "SharingAgreement", reader: "Person") -> dict[str, object]:
    """The fields as they are seen, and where the rows are read, fetched and drawn."""
    claim(waits=False)
    collection = agreed_collection(agreement)
    extent = extent_of(collection, reader)
    count = count_of(collection, reader)
    slug = agreement.resource.slug
    items = reverse("features_items", args=[slug])
    return {
        "collection": collection,
        "features": f"{items}?f=html",
        "downloads": downloads_of(items, {}, count, reader),
        "map": "" if extent is None else f"{reverse('one_map')}?view={view_of(extent)}&layers=r.{slug}",
    }


def view_of(extent: tuple[float, float, float, float]) -> str:
    """Middle and zoom at which the map shows all of it.

    >>> view_of((120.0, 36.0, 120.5, 36.25))
    '120.25,36.125,9.5'
    """
    west, south, east, north = extent
    wide = max(east - west, 2 * (north - south), 360 / 2**CLOSEST)
    zoom = max(1.0, min(CLOSEST, round(math.log2(360 / wide), 1)))
    return f"{(west + east) / 2:g},{(south + north) / 2:g},{zoom:g}"


GRANTED = GrantedPage("atlas/exchange/granted.html", tell, describe)

"""Imports of networks: read and checked whole before a row is written."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.engine.features import AssetRow, read_feature
from tocsin.jurisdiction.queries import organisation_by_code
from tocsin.jurisdiction.services import require
from tocsin.lifelines.models import Asset, NetworkVersion
from tocsin.records.services import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.models import User

BATCH = 2000
_KNOWN = {
    "id",
    "kind",
    "owner",
    "from_node",
    "to_node",
    "depth_m",
    "installed",
    "diameter_mm",
    "material",
    "nominal_pressure_kpa",
    "ground_elevation_m",
    "street",
    "utility",
    "use",
    "buried",
    "name",
}
_KEY = ("id", "region_code", "code")


@dataclass(frozen=True)
class ImportReport:
    """What an import did. With any error nothing was written. `unknown_owners` were kept as codes without an
    organisation.
    """

    loaded: int
    created: int
    errors: tuple[str, ...]
    unknown_owners: tuple[str, ...]


def import_network(*, actor: "User", features: Iterable[Mapping[str, Any]], region_code: str) -> ImportReport:
    """Creates or replaces assets of one region by their code; all of the features, or none where one can't be read.

    NotAllowed without `assets.manage` in the region. The transaction is as long as the network is large (about a
    second for 10,000 assets): an import is the rare act of one person.
    """
    require(actor, "assets.manage", region_code)
    given = list(features)
    rows, errors = _read_all(given)
    known = set(Asset.objects.filter(region_code=region_code).values_list("code", flat=True))
    errors += _wrong_ends(rows, known)
    if errors:
        return ImportReport(0, 0, tuple(errors), ())
    owners = {code: organisation_by_code(code, region_code) for code in {row.owner for row in rows.values()} if code}
    assets = [_asset(row, given[number], owners.get(row.owner), region_code) for number, row in rows.items()]
    written = [field.name for field in Asset._meta.concrete_fields if field.name not in _KEY]
    with transaction.atomic():
        Asset.objects.bulk_create(
            assets, batch_size=BATCH, update_conflicts=True, unique_fields=["region_code", "code"], update_fields=written
        )
        stamp, _made = NetworkVersion.objects.get_or_create(region_code=region_code, defaults={"changed_at": timezone.now()})
        NetworkVersion.objects.filter(pk=stamp.pk).update(version=F("version") + 1, changed_at=timezone.now())
        created = sum(row.code not in known for row in rows.values())
        details = {"loaded": len(assets), "created": created}
        record_audit(actor, "network.imported", "network", region_code, region_code, details)
    missing = tuple(sorted(code for code, organisation in owners.items() if organisation is None))
    return ImportReport(len(assets), created, (), missing)


def network_features(document: Any, source: str) -> list[Mapping[str, Any]]:
    """The features of a parsed GeoJSON FeatureCollection; InvalidInput for anything else."""
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise InvalidInput(_("%(source)s: a GeoJSON FeatureCollection is expected.") % {"source": source})
    return list(document["features"])


def _read_all(features: list[Mapping[str, Any]]) -> tuple[dict[int, AssetRow], list[str]]:
    """Rows by number of their feature, and one error for each that can't be read or repeats a code."""
    rows: dict[int, AssetRow] = {}
    errors: list[str] = []
    seen: dict[str, int] = {}
    for number, feature in enumerate(features):
        try:
            row = read_feature(feature, number)
        except InvalidInput as error:
            errors.append(str(error))
            continue
        if row.code in seen:
            errors.append(f"feature {number} ({row.code}): the id occurs already in feature {seen[row.code]}")
            continue
        seen[row.code] = number
        rows[number] = row
    return rows, errors


def _wrong_ends(rows: dict[int, AssetRow], known: set[str]) -> list[str]:
    """Lines whose ends are neither in the file nor in the region yet."""
    codes = known | {row.code for row in rows.values()}
    return [
        f"feature {number} ({row.code}): {end!r} is neither in the file nor in the region"
        for number, row in rows.items()
        for end in (row.from_code, row.to_code)
        if end and end not in codes
    ]


def _asset(row: AssetRow, feature: Mapping[str, Any], owner: Any, region_code: str) -> Asset:
    values = {name: None if isinstance(one, float) and math.isnan(one) else one for name, one in asdict(row).items()}
    return Asset(
        code=row.code,
        kind=row.kind,
        owner=owner,
        owner_code=row.owner,
        region_code=region_code,
        name=row.name,
        geometry={"type": feature["geometry"]["type"], "coordinates": feature["geometry"]["coordinates"]},
        lon=row.lon,
        lat=row.lat,
        from_code=row.from_code,
        to_code=row.to_code,
        depth_m=values["depth_m"],
        installed=None if values["installed"] is None else int(row.installed),
        diameter_mm=values["diameter_mm"],
        material=row.material,
        nominal_pressure_kpa=values["pressure_kpa"],
        ground_elevation_m=values["elevation_m"],
        street=row.street,
        utility=row.utility,
        use=row.use,
        buried=row.buried,
        properties={name: value for name, value in feature["properties"].items() if name not in _KNOWN},
    )

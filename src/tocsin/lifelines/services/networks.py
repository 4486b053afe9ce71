"""Imports of networks: read and checked whole before a row is written, then written in short transactions."""

import gc
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.documents import read_json
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.features import POINT_KINDS, AssetRow, read_feature
from tocsin.jurisdiction.face import all_regions, organisation_by_code, require
from tocsin.lifelines.models import Asset, NetworkVersion
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

BATCH = 500  # assets a transaction
MOST_BYTES = 50_000_000  # of a file that comes by a page
MOST_ERRORS = 5
MANY = 20_000  # features that the collector would feel
LEASE = timedelta(seconds=60)  # an import that has not written for so long has died
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
    organisation. `resumed`: an import before it had been interrupted.
    """

    loaded: int
    created: int
    errors: tuple[str, ...]
    unknown_owners: tuple[str, ...]
    resumed: bool = False


def import_network(
    *,
    actor: "User",
    features: Iterable[Mapping[str, Any]],
    region_code: str,
    on_progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Creates or replaces assets of one region by their code; all of the features, or none where one can't be read.

    Written in short transactions, points before lines, so that at every moment each line has its ends; processes read the
    network anew when all is there. An import that dies on the way (a kill, a full disk) leaves the region marked as unfinished;
    to import the same features again completes it. `on_progress` hears after each transaction how many assets it wrote.
    NotAllowed without `assets.manage` in the region; Conflict while another import of the region runs.
    """
    require(actor, "assets.manage", region_code)
    given = list(features)
    rows, errors = _read_all(given)
    known = set(Asset.objects.filter(region_code=region_code).values_list("code", flat=True))
    errors += _wrong_ends(rows, known)
    if errors:
        return ImportReport(0, 0, tuple(errors), ())
    owners = {code: organisation_by_code(code, region_code) for code in {row.owner for row in rows.values()} if code}
    points_first = sorted(rows.items(), key=lambda item: item[1].kind not in POINT_KINDS)
    resumed, now = _begin_import(region_code), timezone.now()
    try:
        with _unwalked(len(given)):
            for part in itertools.batched(points_first, BATCH):
                assets = [_asset(row, given[number], owners.get(row.owner), region_code, now) for number, row in part]
                _write_assets(region_code, assets)
                if on_progress is not None:
                    on_progress(len(part))
    except BaseException:
        with suppress(DatabaseError):  # the lease would end by itself
            NetworkVersion.objects.filter(region_code=region_code).update(importing_until=timezone.now())
        raise
    created = sum(row.code not in known for row in rows.values())
    with transaction.atomic():
        NetworkVersion.objects.filter(region_code=region_code).update(
            version=F("version") + 1, changed_at=timezone.now(), importing_until=None
        )
        details = {"loaded": len(rows), "created": created}
        record_audit(actor, "network.imported", "network", region_code, region_code, details)
    missing = tuple(sorted(code for code, organisation in owners.items() if organisation is None))
    return ImportReport(len(rows), created, (), missing, resumed)


@contextmanager
def _unwalked(count: int) -> Iterator[None]:
    """Else the collector walks millions of parsed values again and again, 0.3 s each time, amid a transaction.

    Afterwards it walks what the process froze when it was loaded, too (`base.process.loading`), so a few values are not worth it.
    """
    if count < MANY:
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _begin_import(region_code: str) -> bool:
    """Marks the region as being imported; True where an import before it was interrupted. Conflict where one still runs."""
    now = timezone.now()
    with transaction.atomic():
        NetworkVersion.objects.get_or_create(region_code=region_code, defaults={"changed_at": now})
        stamp = NetworkVersion.objects.select_for_update().get(region_code=region_code)
        if stamp.importing_until is not None and stamp.importing_until > now:
            raise Conflict(_("Another import of the network of %(region)s is running.") % {"region": region_code})
        NetworkVersion.objects.filter(region_code=region_code).update(importing_until=now + LEASE)
        return stamp.importing_until is not None


def _write_assets(region_code: str, assets: Sequence[Asset]) -> None:
    """One short transaction: assets created or replaced, and the import's lease prolonged."""
    written = [field.name for field in Asset._meta.concrete_fields if field.name not in _KEY]
    with transaction.atomic():
        Asset.objects.bulk_create(assets, update_conflicts=True, unique_fields=["region_code", "code"], update_fields=written)
        NetworkVersion.objects.filter(region_code=region_code).update(importing_until=timezone.now() + LEASE)


def load_network(*, actor: "User", content: bytes, source: str, region_code: str) -> ImportReport:
    """The network of a region from the bytes of a GeoJSON file; InvalidInput with the first errors where one feature can't be
    read, and then nothing is written. What else is refused: `import_network`.
    """
    require(actor, "assets.manage", region_code)
    if not all_regions().filter(pk=region_code).exists():
        raise InvalidInput(_("There is no area %(code)s.") % {"code": region_code[:12]})
    if len(content) > MOST_BYTES:
        raise InvalidInput(_("A file has at most %(most)s MB.") % {"most": MOST_BYTES // 1_000_000})
    features = network_features(read_json(content, most_bytes=MOST_BYTES), source[:80])
    report = import_network(actor=actor, features=features, region_code=region_code)
    if report.errors:
        raise InvalidInput(" · ".join(report.errors[:MOST_ERRORS]))
    return report


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


def _asset(row: AssetRow, feature: Mapping[str, Any], owner: Any, region_code: str, now: datetime) -> Asset:
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
        depth_m=_given(row.depth_m),
        installed=None if math.isnan(row.installed) else int(row.installed),
        diameter_mm=_given(row.diameter_mm),
        material=row.material,
        nominal_pressure_kpa=_given(row.pressure_kpa),
        ground_elevation_m=_given(row.elevation_m),
        street=row.street,
        utility=row.utility,
        use=row.use,
        buried=row.buried,
        changed_at=now,
        properties={name: value for name, value in feature["properties"].items() if name not in _KNOWN},
    )


def _given(value: float) -> float | None:
    return None if math.isnan(value) else value

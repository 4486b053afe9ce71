"""Assets as the reader may see them, and the network of a region as the engine takes it."""

import math
from collections.abc import Collection, Iterable, Iterator
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from tocsin.atlas.exposure.rules import InArea, counted
from tocsin.engine.features import AssetRow
from tocsin.engine.network import Network, build_network
from tocsin.engine.reach import Arrival, Medium, Reach
from tocsin.jurisdiction.face import Person, scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.lifelines.models import KIND_NAMES, Asset, NetworkVersion
from tocsin.lifelines.policy import MEDIA

if TYPE_CHECKING:
    from django.utils.functional import Promise
    from shapely.geometry.base import BaseGeometry

REACH_M = 3000.0  # ways are followed so far from the asked asset; farther sources would be other districts

_networks: dict[str, tuple[int, Network]] = {}  # region -> version and network, as last read by this process


def asset_kinds() -> "dict[str, Promise]":
    """Kinds of the networks' objects with their names in the reader's language."""
    return dict(KIND_NAMES)


_ROW_FIELDS = (
    "code",
    "kind",
    "owner_code",
    "geometry",
    "lon",
    "lat",
    "from_code",
    "to_code",
    "utility",
    "use",
    "name",
    "street",
    "material",
    "buried",
    "depth_m",
    "diameter_mm",
    "ground_elevation_m",
    "nominal_pressure_kpa",
    "installed",
)


def version_of(region_code: str) -> int:
    """How often the network of that region has been imported; 0 for none."""
    return NetworkVersion.objects.filter(region_code=region_code).values_list("version", flat=True).first() or 0


def network(region_code: str) -> Network:
    """The network of one region. Read once per version and process; empty where nothing was imported."""
    version = version_of(region_code)
    known = _networks.get(region_code)
    if known is None or known[0] != version:
        known = (version, build_network([_row(values) for values in _rows(region_code)]))
        _networks[region_code] = known
    return known[1]


def _rows(region_code: str) -> Iterator[tuple[Any, ...]]:
    return Asset.objects.filter(region_code=region_code).order_by("code").values_list(*_ROW_FIELDS).iterator(chunk_size=5000)


def _row(values: tuple[Any, ...]) -> AssetRow:
    code, kind, owner, geometry, lon, lat, start, end, utility, use, name, street, material, buried, *numbers = values
    pairs = [geometry["coordinates"]] if geometry["type"] == "Point" else geometry["coordinates"]
    depth_m, diameter_mm, elevation_m, pressure_kpa, installed = (math.nan if one is None else float(one) for one in numbers)
    return AssetRow(
        code=code,
        kind=kind,
        owner=owner,
        coordinates=tuple((float(pair[0]), float(pair[1])) for pair in pairs),
        lon=lon,
        lat=lat,
        from_code=start,
        to_code=end,
        utility=utility,
        use=use,
        name=name,
        street=street,
        material=material,
        buried=buried,
        depth_m=depth_m,
        diameter_mm=diameter_mm,
        elevation_m=elevation_m,
        pressure_kpa=pressure_kpa,
        installed=installed,
    )


def visible_assets(user: Person) -> QuerySet[Asset]:
    """Assets in the regions where the user may see them, with their owner loaded."""
    return scope(Asset.objects.select_related("owner"), user, "assets.see")


def may_name_asset(user: Person, permission: Permission, asset_id: UUID) -> bool:
    """Whether there is such an asset where the user holds the permission: one elsewhere is as one that does not exist."""
    return scope(Asset.objects.filter(pk=asset_id), user, permission).exists()


def search_assets(user: Person, *, text: str = "", kinds: Collection[str] = ()) -> QuerySet[Asset]:
    """Visible assets whose code, name or street holds the text, of these kinds or of any."""
    found = visible_assets(user)
    if text:
        found = found.filter(Q(code__icontains=text) | Q(name__icontains=text) | Q(street__icontains=text))
    return found.filter(kind__in=kinds) if kinds else found


def assets_by_code(region_code: str, codes: Collection[str]) -> dict[str, Asset]:
    """Assets of one region by code; codes that are not there are left out."""
    found = Asset.objects.filter(region_code=region_code, code__in=codes).select_related("owner")
    return {asset.code: asset for asset in found}


def assets_of_use(region_prefix: str, uses: Collection[str]) -> QuerySet[Asset]:
    """Premises of these uses in the regions whose code begins so: fire stations, stores, hospitals."""
    return Asset.objects.filter(region_code__startswith=region_prefix, use__in=uses).select_related("owner")


def asset_ids_named(word: str, columns: Collection[str] = ("code", "name", "street")) -> "QuerySet[Asset, UUID]":
    """Ids of assets in one of whose columns the word is."""
    named = Q(pk__in=())
    for column in columns:
        named |= Q(**{f"{column}__icontains": word})
    return Asset.objects.filter(named).order_by().values_list("pk", flat=True)


def asset_ids_of_kinds(kinds: Collection[str]) -> "QuerySet[Asset, UUID]":
    """Ids of the assets of these kinds."""
    return Asset.objects.filter(kind__in=kinds).order_by().values_list("pk", flat=True)


def code_of_asset(key: str) -> Subquery:
    """The code of the asset whose id a table has in the column `key`, as a column of that table's query."""
    return Subquery(Asset.objects.filter(pk=OuterRef(key)).values("code")[:1])


def asset_ids(codes: Collection[str]) -> dict[tuple[str, str], UUID]:
    """Ids by region and code of the assets that have one of these codes."""
    found = Asset.objects.filter(code__in=codes).values_list("region_code", "code", "pk")
    return {(region_code, code): pk for region_code, code, pk in found}


def interrupted_imports(user: Person) -> list[str]:
    """Visible regions whose last import of the network has died and waits to be completed."""
    died = NetworkVersion.objects.filter(importing_until__lt=timezone.now()).order_by("region_code")
    return list(scope(died, user, "assets.see").values_list("region_code", flat=True))


def versions_sum() -> int:
    """A number that changes with every import, for caches of what the map shows."""
    return NetworkVersion.objects.aggregate(total=Sum("version"))["total"] or 0


def features(
    user: Person, kinds: Collection[str] = (), *, within: tuple[float, float, float, float] | None = None
) -> Iterator[dict[str, object]]:
    """Visible assets as GeoJSON features, for the map; `within`: those whose middle lies between west, south, east and north."""
    told = ("code", "kind", "owner_code", "name", "street", "region_code", "from_code", "to_code", "depth_m", "utility", "use")
    fields = ("id", "geometry", *told)
    found = search_assets(user, kinds=kinds)
    if within is not None:
        west, south, east, north = within
        found = found.filter(lon__range=(west, east), lat__range=(south, north))
    found = found.values(*fields, "properties")
    for values in found.iterator(chunk_size=5000):
        geometry = values.pop("geometry")
        identity = str(values.pop("id"))
        given = values.pop("properties")
        names = {name: given[name] for name in ("name_en", "name_zh", "street_en", "street_zh") if name in given}
        yield {"type": "Feature", "geometry": geometry, "properties": {"id": identity, **values, **names}}


def way_between(region_code: str, start: str, end: str, *, medium: Medium, within_s: float, within_m: float) -> Arrival | None:
    """How the medium comes from one asset to another within so many seconds; None where no way is mapped or a code is unknown."""
    whole = network(region_code)
    if start not in whole.position or end not in whole.position:
        return None
    reach = Reach.out_of(whole, whole.position[start], medium, within_s, within_m)
    target = whole.position[end]
    return reach.arrival(target) if target in reach else None


def reach_into(asset: Asset, *, hours: float, media: Collection[str]) -> list[tuple[str, Arrival, tuple[str, ...]]]:
    """What can reach that asset within so many hours: per medium and asset the medium's name, the arrival and the
    codes of the way.

    Soonest first. KeyError for an unknown medium.
    """
    whole = network(asset.region_code)
    found: list[tuple[str, Arrival, tuple[str, ...]]] = []
    for name in media:
        reach = Reach.into(whole, whole.position[asset.code], MEDIA.current()[name], hours * 3600, REACH_M)
        found += [(name, one, tuple(whole.codes[position] for position in one.way)) for one in reach.arrivals()]
    return sorted(found, key=lambda one: (one[1].travel_time_s, one[0], one[2]))


def assets_along(asset: Asset, *, within_m: float) -> list[UUID]:
    """Ids of that object, of what ends there or it ends at, and of what lies within so many metres along its pipes, both ways.

    Lines count with their whole length; the object itself is the first.
    """
    whole = network(asset.region_code)
    start = whole.position.get(asset.code)
    codes = [] if start is None else [whole.codes[one] for one in _along(whole, start, within_m)]
    found = dict(Asset.objects.filter(region_code=asset.region_code, code__in=codes).values_list("code", "pk"))
    return list(dict.fromkeys([asset.pk, *(found[code] for code in codes if code in found)]))


def assets_at(asset_id: UUID) -> list[UUID]:
    """The same of an object by its id, with what it ends at or what ends there; nothing for one that is not there."""
    asset = Asset.objects.filter(pk=asset_id).first()
    return [] if asset is None else assets_along(asset, within_m=0.0)


def _along(whole: Network, start: int, within_m: float) -> list[int]:
    """Positions of what can be reached along lines, nearest first."""
    lines_at: dict[int, list[int]] = {}
    for line in np.flatnonzero(whole.is_line).tolist():
        for end in whole.ends(line):
            lines_at.setdefault(end, []).append(line)
    metres: dict[int, float] = {}
    waiting = [(0.0, start)]
    while waiting:
        so_far, at = heappop(waiting)
        if at in metres:
            continue
        metres[at] = so_far
        if whole.is_line[at]:
            beyond = so_far if at == start else so_far + float(whole.length_m[at])
            steps = [(beyond, end) for end in whole.ends(at) if end >= 0]
        else:
            steps = [(so_far, line) for line in lines_at.get(at, ())]
        for step in steps:
            if step[1] not in metres and (step[0] <= within_m):
                heappush(waiting, step)
    return list(metres)


def pipes_at(region_code: str, codes: Collection[str]) -> dict[str, list[tuple[UUID, str]]]:
    """By object of these codes the pipes, cables and ducts that it is or at whose ends it stands: id and name."""
    whole = network(region_code)
    lines_at: dict[str, list[str]] = {}
    for line in np.flatnonzero(whole.is_line).tolist():
        for at in {line, *whole.ends(line)}:
            if at >= 0 and whole.codes[at] in codes:
                lines_at.setdefault(whole.codes[at], []).append(whole.codes[line])
    wanted = {code for lines in lines_at.values() for code in lines}
    known = {
        asset.code: (asset.pk, _line_name(asset)) for asset in Asset.objects.filter(region_code=region_code, code__in=wanted)
    }
    return {at: [known[code] for code in lines if code in known] for at, lines in lines_at.items()}


def _line_name(asset: Asset) -> str:
    kind = str(KIND_NAMES.get(asset.kind, asset.kind))
    return " ".join(part for part in (asset.street_name, asset.name or f"{kind} {asset.code}") if part)


def streets_of(user: Person, word: str = "") -> list[str]:
    """Streets of the visible assets in whose name the word is, sorted."""
    found = visible_assets(user).exclude(street="").filter(street__icontains=word)
    return sorted(found.order_by().values_list("street", flat=True).distinct()[:500])


def lines_near(region_code: str, *, lon: float, lat: float, within_m: float) -> list[tuple[str, str, str, float]]:
    """Pipes, cables and ducts of a region within so many metres of a place: code, kind, owner's code, metres; nearest first."""
    whole = network(region_code)
    if not len(whole):
        return []
    x, y = whole.plane.to_metres(np.array([lon]), np.array([lat]))
    x_m, y_m = float(x[0]), float(y[0])
    found = [one for one in whole.within(x_m, y_m, within_m).tolist() if whole.is_line[one]]
    told = [(whole.codes[one], whole.kind[one], whole.owner[one], whole.distance_m(one, x_m, y_m)) for one in found]
    return sorted(told, key=lambda line: (line[3], line[0]))


def assets_in_area(shape: "BaseGeometry", counties: Collection[str]) -> Iterable[InArea]:
    """Assets of an area by their owner; of a pipe its middle decides."""
    rows = Asset.objects.filter(region_code__in=counties).order_by()
    return counted("assets", rows.values_list("lon", "lat", "region_code", "owner").iterator(), shape)

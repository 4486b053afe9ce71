"""Files of a department, as tests deliver them."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyogrio
import shapely

from tests.people import LICANG, make_named_person
from tests.usual_bodies import usual_bodies
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.rules.levels import SharingLevel
from tocsin.atlas.resources.services.register import ResourceFacts, register_resource
from tocsin.jurisdiction.people.models import User

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
ROWS = 40
GAUSS_KRUEGER = "EPSG:4528"  # CGCS2000, zone 40 of three degrees: metres
CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
name: 学校
schema:
  - name: schools
    properties:
      - {name: code, businessName: 学校代码, logicalType: string, primaryKey: true}
      - {name: name, businessName: 名称, logicalType: string, required: true}
      - {name: pupils, businessName: 在校人数, logicalType: integer, logicalTypeOptions: {minimum: 0, maximum: 8000}}
      - {name: lon, businessName: 经度, logicalType: number, required: true}
      - {name: lat, businessName: 纬度, logicalType: number, required: true}
      - {name: updated, businessName: 更新时间, logicalType: timestamp}
    customProperties:
      - {property: longitude, value: lon}
      - {property: latitude, value: lat}
      - {property: mayRepeat, value: true}
"""


def csv(rows: int = ROWS, *, factor: float = 1, heading: str = "在校人数", name: str = "名称", encoding: str = "utf-8") -> bytes:
    """Schools; `factor` times the pupils, whose column is called so, as is that of names."""
    lines = [f"学校代码,{name},{heading},经度,纬度,更新时间"]
    for row in range(rows):
        place = f"{120.4 + row / 1000:.6f},{36.1 + row / 1000:.6f}"
        lines.append(f"37021300{row:02d},第{row}小学,{int((200 + 7 * row) * factor)},{place},2026-11-27 08:{row % 60:02d}")
    return "\n".join(lines).encode(encoding)


def geopackage(folder: Path, layer: str = "消防水源", rows: int = ROWS) -> bytes:
    """Hydrants with places in metres of a projection."""
    path = folder / "water.gpkg"
    columns = [np.array([f"X{row:03d}" for row in range(rows)], dtype=object), np.arange(rows, dtype=np.int32)]
    told = {"geometry_type": "Point", "crs": GAUSS_KRUEGER, "layer": layer, "append": path.exists()}
    pyogrio.raw.write(str(path), _metres(rows), columns, ["编号", "压力"], **told)
    return path.read_bytes()


def shapefile(folder: Path, rows: int = ROWS) -> bytes:
    """The same as a zipped Shapefile in GBK that does not say so."""
    names = [np.array([f"消火栓{row}" for row in range(rows)], dtype=object)]
    pyogrio.raw.write(
        str(folder / "water.shp"), _metres(rows), names, ["名称"], geometry_type="Point", crs=GAUSS_KRUEGER, encoding="GBK"
    )
    packed = BytesIO()
    with ZipFile(packed, "w") as parts:
        for suffix in ("shp", "shx", "dbf", "prj"):
            parts.write(folder / f"water.{suffix}", f"消防/水源.{suffix}")
    return packed.getvalue()


def _metres(rows: int) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    return np.asarray(shapely.to_wkb(shapely.points(40_520_000 + 100.0 * np.arange(rows), np.full(rows, 4_000_000.0))))


def steward(name: str = "steward", body: str = "emergency_bureau", region: str = LICANG) -> User:
    """A data steward of one of the usual bodies."""
    return make_named_person(name, "data_steward", usual_bodies(region)[body], region)


def registered(
    by: User,
    slug: str = "schools",
    *,
    level: SharingLevel = SharingLevel.INNER,
    contract: str = CONTRACT,
    cycle_h: float | None = 24,
) -> Resource:
    """A resource of the steward's body."""
    assert by.organisation_id is not None
    return register_resource(
        actor=by,
        region_code=LICANG,
        owner_id=by.organisation_id,
        slug=slug,
        facts=ResourceFacts(name_zh="中小学校", name_en="Schools", level=level, cycle_h=cycle_h),
        contract=contract,
        now=NOW,
    )

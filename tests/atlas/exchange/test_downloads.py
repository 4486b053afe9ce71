"""Selections as files: their rows, their types, and where they say that they come from."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest

from tests.atlas.exchange.hydrants import Reader
from tocsin.atlas.exchange.shown import files

pytestmark = pytest.mark.django_db

DOWNLOAD = "/collections/hydrants/download"
SELECTION: dict[str, object] = {"filter": "outlets = 3", "sortby": "-name", "properties": "outlets,name,seen_at"}


def test_csv_has_the_rows_and_a_sheet_of_provenance(read: Reader) -> None:
    response = read(DOWNLOAD, form="csv", **SELECTION)
    assert response.headers["Content-Disposition"].endswith("hydrants.csv.zip")
    with zipfile.ZipFile(io.BytesIO(response.content)) as parts:
        rows = list(csv.reader(io.StringIO(parts.read("hydrants.csv").decode("utf-8-sig"))))
        told = dict(csv.reader(io.StringIO(parts.read("provenance.csv").decode("utf-8-sig"))))
    assert rows[0] == ["_key", "outlets", "name", "seen_at", "_geometry"]
    assert [row[0] for row in rows[1:]] == ["h07", "h03", "h11"]
    assert rows[2][3:] == ["2026-11-04 08:00:00", "POINT (120.03 36.03)"]
    assert "outlets = 3" in told["Selection"]
    assert told["Rows"] == "3"


def test_excel_has_types_and_no_formula(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    response = read(DOWNLOAD, form="xlsx", **SELECTION)
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet, told = book.worksheets
    assert [cell.value for cell in sheet[2]][:3] == ["h07", 3, "Hydrant 7 消防栓"]
    assert sheet["D2"].is_date
    assert {row[0].value: row[1].value for row in told.rows}["Rows"] == "3"


def test_geopackage_is_read_by_gdal_with_its_provenance(read: Reader, tmp_path: Path) -> None:
    response = read(DOWNLOAD, form="gpkg", **SELECTION)
    path = tmp_path / "selection.gpkg"
    path.write_bytes(response.content)
    assert {str(name) for name, _kind in pyogrio.list_layers(path)} == {"hydrants", "provenance"}
    about: dict[str, Any] = pyogrio.read_info(path, layer="hydrants")
    assert about["features"] == 3
    assert "4326" in about["crs"]
    _meta, told = pyogrio.read_arrow(path, layer="provenance")
    assert "Selection" in told["what"].to_pylist()


def test_a_text_that_looks_like_a_formula_stays_a_text(read: Reader) -> None:
    from tests.atlas.exchange.hydrants import HYDRANTS, hydrants

    rows = hydrants(None).collect().head(1)  # type: ignore[arg-type]
    rows = rows.with_columns(name=files.pl.lit("=1+1\x01"))
    book = openpyxl.load_workbook(io.BytesIO(files.FORMS["xlsx"].write(HYDRANTS, rows, [("=a", "=b")])))
    assert (book.worksheets[0]["B2"].value, book.worksheets[0]["B2"].data_type) == ("=1+1", "s")
    packed = zipfile.ZipFile(io.BytesIO(files.FORMS["csv"].write(HYDRANTS, rows, [("=a", "=b")])))
    assert "'=1+1" in packed.read("hydrants.csv").decode()
    assert "'=a" in packed.read("provenance.csv").decode()


@pytest.mark.parametrize("form", files.FORMS)
def test_nothing_selected_is_a_file_without_rows(read: Reader, form: str) -> None:
    assert read(DOWNLOAD, form=form, filter="outlets = 99").status_code == 200


def test_too_much_is_refused_with_what_to_do(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(files.FORMS, "csv", replace(files.FORMS["csv"], most=5))
    response = read(DOWNLOAD, form="csv")
    assert response.status_code == 400
    assert "12 rows" in response.content.decode()
    assert read(DOWNLOAD, form="pdf").status_code == 400

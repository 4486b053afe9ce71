"""KML as programs and phones write it: folders, extended data, many shapes, descriptions of HTML; and what is refused."""

from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from tocsin.base.datums import Datum, convert
from tocsin.base.errors import InvalidInput
from tocsin.engine.deliveries.contract import Kind
from tocsin.engine.deliveries.judgement import judge
from tocsin.engine.deliveries.kml import kml_in
from tocsin.engine.deliveries.odcs import read_contract
from tocsin.engine.deliveries.vector_files import is_vector_file, layers_of, read_layer

HEAD = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>全市</name>'
TAIL = "</Document></kml>"
POINT = "<Point><coordinates>120.4,36.1,0</coordinates></Point>"
SCHEMA = (
    '<Schema name="井" id="s"><SimpleField type="double" name="深度"/><SimpleField type="int" name="编号"/>'
    '<SimpleField type="string" name="权属"/></Schema>'
)


def document(body: str) -> bytes:
    return f"{HEAD}{body}{TAIL}".encode()


def placemark(body: str, name: str = "一号井") -> str:
    return f"<Placemark><name>{name}</name>{body}</Placemark>"


def packed(**files: bytes) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as parts:
        for name, content in files.items():
            parts.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()


def cells(content: bytes, layer: str = "") -> dict[str, list[str | None]]:
    told: dict[str, list[str | None]] = read_layer(content, layer).cells.to_dict(as_series=False)
    return told


def test_folders_in_folders_are_layers_and_a_column() -> None:
    inner = f"<Folder><name>北片</name>{placemark(POINT, '二')}</Folder>"
    content = document(f"<Folder><name>李沧区</name>{inner}{placemark(POINT, '一')}</Folder>{placemark(POINT, '三')}")
    assert layers_of(content) == ["李沧区/北片", "李沧区", ""]
    assert cells(content) == {"name": ["二", "一", "三"], "folder": ["李沧区/北片", "李沧区", None]}
    assert cells(content, "李沧区")["name"] == ["二", "一"]
    assert cells(content, "李沧区/北片")["name"] == ["二"]
    with pytest.raises(InvalidInput):
        read_layer(content, "李沧")


def test_extended_data_of_both_kinds_are_columns_with_the_kinds_of_their_schema() -> None:
    told = (
        '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="深度">2.5</SimpleData><SimpleData name="编号">7</SimpleData>'
        '</SchemaData><Data name="备注"><displayName>x</displayName><value> 已 检 </value></Data><Data name="name"><value>一号井'
        '</value></Data><Data name="folder"><value>档案</value></Data></ExtendedData>'
    )
    read = read_layer(document(SCHEMA + placemark(told + POINT)))
    assert read.cells.to_dicts() == [{"name": "一号井", "深度": "2.5", "编号": "7", "备注": "已 检", "folder′": "档案"}]
    assert (read.kinds["深度"], read.kinds["编号"], read.kinds["备注"]) == (Kind.NUMBER, Kind.WHOLE, Kind.TEXT)


LINE = "<LineString><coordinates>120.4,36.1 120.5,36.2</coordinates></LineString>"
RING = "<LinearRing><coordinates>0,0 4,0 4,4 0,0</coordinates></LinearRing>"
HOLE = "<LinearRing><coordinates>2,1 3,1 3,2 2,1</coordinates></LinearRing>"
AREA = f"<Polygon><outerBoundaryIs>{RING}</outerBoundaryIs><innerBoundaryIs>{HOLE}</innerBoundaryIs></Polygon>"
SHAPES = {
    "a point with a height": (POINT, "POINT (120.4 36.1)"),
    "blanks behind commas": ("<Point><coordinates>120.4, 36.1, 5</coordinates></Point>", "POINT (120.4 36.1)"),
    "a line": (LINE, "LINESTRING (120.4 36.1, 120.5 36.2)"),
    "an area with a hole": (AREA, "POLYGON ((0 0, 4 0, 4 4, 0 0), (2 1, 3 1, 3 2, 2 1))"),
    "points within each other": (
        f"<MultiGeometry>{POINT}<MultiGeometry>{POINT}</MultiGeometry></MultiGeometry>",
        "MULTIPOINT ((120.4 36.1), (120.4 36.1))",
    ),
    "shapes of two kinds": (
        f"<MultiGeometry>{POINT}{LINE}</MultiGeometry>",
        "GEOMETRYCOLLECTION (POINT (120.4 36.1), LINESTRING (120.4 36.1, 120.5 36.2))",
    ),
    "a track of a receiver": (
        '<gx:Track xmlns:gx="http://www.google.com/kml/ext/2.2"><when>2026-11-01</when><gx:coord>120.4 36.1 3</gx:coord>'
        "<gx:coord>120.5 36.2 3</gx:coord></gx:Track>",
        "LINESTRING (120.4 36.1, 120.5 36.2)",
    ),
    "no number": ("<Point><coordinates>east,36.1</coordinates></Point>", None),
    "not finite": ("<Point><coordinates>nan,36.1</coordinates></Point>", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("body", "wkt"), SHAPES.values(), ids=SHAPES)
def test_shapes(body: str, wkt: str | None) -> None:
    read = read_layer(document(placemark(f"<styleUrl>#red</styleUrl><Style><IconStyle/></Style>{body}")))
    assert read.shapes is not None
    assert (read.shapes[0].wkt if read.shapes[0] is not None else None) == wkt
    assert read.cells.columns == ["name"]


def test_a_description_of_html_is_text_and_a_table_of_names_is_columns() -> None:
    prose = "<![CDATA[<style>p{}</style><p>深&nbsp;<b>2.5</b> 米</p><script>alert(1)</script><img src='data:x'>]]>"
    long = f"<![CDATA[<div>{'很长' * 100_000}</div>]]>"
    table = "<![CDATA[<table><tr><td>一号井</td></tr><tr><td><table><tr><td>深度</td><td>2.5</td></tr>"
    table += "<tr bgcolor='#D4E4F3'><td>权属</td><td>&lt;空&gt; 市政</td></tr></table></td></tr></table>]]>"
    content = document("".join(placemark(f"<description>{one}</description>{POINT}") for one in (prose, long, table)))
    read = cells(content)
    first, second, third = read["description"]
    assert (first, third) == ("深 2.5 米", None)
    assert second is not None
    assert (len(second), second[-1]) == (4_000, "…")
    assert (read["深度"][2], read["权属"][2]) == ("2.5", "<空> 市政")


ENCODED = {
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
    "GB 2312 that says so": lambda text: text.replace("UTF-8", "GB2312").encode("gb18030"),
    "GB 18030 that says UTF-8": lambda text: text.encode("gb18030"),
    "no namespace": lambda text: text.replace(' xmlns="http://www.opengis.net/kml/2.2"', "").encode(),
    "the namespace of Google Earth": lambda text: text.replace("www.opengis.net/kml/2.2", "earth.google.com/kml/2.1").encode(),
    "a KMZ with pictures": lambda text: packed(doc_kml=text.encode(), files__icon_png=b"x", files__more_kml=b"<kml/>"),
}


@pytest.mark.parametrize("encode", ENCODED.values(), ids=ENCODED)
def test_every_way_of_writing_is_the_same_table(encode: "object") -> None:
    assert callable(encode)
    content = encode(f"{HEAD}{placemark(POINT)}{TAIL}")
    assert is_vector_file(content)
    assert cells(content) == {"name": ["一号井"]}


BOMB = '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
FOREIGN = '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LINK = "<NetworkLink><Link><href>http://elsewhere.example/live.kml</href></Link></NetworkLink>"
REFUSED = {
    "entities that grow": (f'<?xml version="1.0"?>{BOMB}<kml><Placemark><name>&b;</name></Placemark></kml>'.encode(), "entities"),
    "an entity of the machine": (f"{FOREIGN}<kml><Placemark><name>&a;</name></Placemark></kml>".encode(), "entities"),
    "a type behind a comment": (f"<!-- <kml --> {FOREIGN}<kml><Placemark/></kml>".encode(), "entities"),
    "a type in UTF-16": (f"{FOREIGN}<kml><Placemark><name>&a;</name></Placemark></kml>".encode("utf-16"), "entities"),
    "a link to elsewhere": (document(placemark(POINT) + f"<Folder>{LINK}</Folder>"), "points at another file"),
    "a link alone in a KMZ": (packed(doc_kml=document(LINK)), "points at another file"),
    "pictures alone": (document("<GroundOverlay><name>x</name></GroundOverlay>"), "no placemark"),
    "cut off": (document(placemark(POINT))[:-40], "can't be read"),
    "too deep": (document("<Folder>" * 60 + placemark(POINT) + "</Folder>" * 60), "deep"),
    "two documents": (packed(a_kml=document(placemark(POINT)), b_kml=document(placemark(POINT))), "layers"),
    "broken bytes in an archive": (packed(doc_kml=document(placemark(POINT)))[:60] + b"x" * 400, "KML"),
}


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_hostile_or_elsewhere_is_refused_with_words(content: bytes, why: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_layer(content)
    assert why in str(refusal.value.args[0])


def test_an_archive_that_unpacks_to_more_than_it_is_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.engine.deliveries.kml.MOST_BYTES", 1_000)
    with pytest.raises(InvalidInput) as refusal:
        read_layer(packed(doc_kml=document(placemark(POINT) + " " * 100_000)))
    assert "unpacks" in str(refusal.value.args[0])


PLACES = [(120.35 + number / 50, 36.05 + number / 60) for number in range(8)]
CONTRACT = read_contract(
    "{apiVersion: v3.2.0, kind: DataContract, schema: [{name: t, "
    "properties: [{name: name, logicalType: string, primaryKey: true}],"
    " customProperties: [{property: geometry, value: point}, {property: controlPoints, value: {"
    + ", ".join(f"P{number}: [{lon}, {lat}]" for number, (lon, lat) in enumerate(PLACES))
    + "}}]}]}"
)


def found(places: list[tuple[float, float]]) -> dict[str, dict[str, object]]:
    body = "".join(
        placemark(f"<Point><coordinates>{lon:.8f},{lat:.8f},0</coordinates></Point>", f"P{number}")
        for number, (lon, lat) in enumerate(places)
    )
    judged = judge(read_layer(document(body)), CONTRACT, None, now_ms=0)
    return {one.code.value: dict(one.figures) for one in judged.findings}


def test_latitude_first_and_another_datum_are_noticed() -> None:
    import numpy as np

    assert not {"swapped_places", "other_datum"} & set(found(PLACES))
    assert "swapped_places" in found([(lat, lon) for lon, lat in PLACES])
    shifted = convert(np.array(PLACES), Datum.CGCS2000, Datum.GCJ02)
    assert found([(float(lon), float(lat)) for lon, lat in shifted])["other_datum"]["datum"] == Datum.GCJ02.value


@pytest.mark.parametrize("packing", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_an_archive_whose_packing_is_broken_is_refused(packing: int) -> None:
    made = BytesIO()
    with ZipFile(made, "w", packing) as parts:
        parts.writestr("doc.kml", "<kml>" + "x" * 5000 + "</kml>")
    broken = bytearray(made.getvalue())
    for at in range(50, 70):
        broken[at] ^= 0x5A
    with pytest.raises(InvalidInput):
        kml_in(bytes(broken))

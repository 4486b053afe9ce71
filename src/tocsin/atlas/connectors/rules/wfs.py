"""What a Web Feature Service says (OGC 09-025r2 for 2.0, 04-094 for 1.1), read from bytes of a stranger: no DTD, no entities, no
network.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from lxml import etree

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from lxml.etree import _Element

VERSIONS: Final = ("2.0.0", "1.1.0")
MOST_DOCUMENT: Final = 32_000_000  # bytes of a document that is read as a whole: a service tells of thousands of types
DEGREES: Final = ("EPSG:4326", "EPSG:4490", "OGC:CRS84")
_GUARDED: Final = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
_MEMBERS: Final = ("member", "featureMember", "featureMembers")
_MOST_WORDS: Final = 300
_JSON: Final = re.compile(r"^(application/(geo\+|vnd\.geo\+)?json|(geo)?json)\b", re.IGNORECASE)
_TIME_STAMP: Final = re.compile(rb"""(<[^<>]*?)\s+timeStamp\s*=\s*("[^"]*"|'[^']*')""")


@dataclass(frozen=True)
class FeatureType:
    """A type of features: its name, and the systems of coordinates in which it comes, its own first."""

    name: str
    systems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Capabilities:
    """What a service offers: the version that it answers in, the formats of features, its types."""

    version: str
    formats: tuple[str, ...]
    types: tuple[FeatureType, ...]

    def type_named(self, name: str) -> FeatureType | None:
        """The type of that name, with its prefix or, where only one is called so, without."""
        exact = [one for one in self.types if one.name == name]
        alike = exact or [one for one in self.types if one.name.rpartition(":")[2] == name]
        return alike[0] if len(alike) == 1 else None

    @property
    def json_format(self) -> str:
        """The name under which the service offers GeoJSON; empty where it does not."""
        return next((one for one in self.formats if _JSON.match(one) and "javascript" not in one.lower()), "")


@dataclass(frozen=True)
class GmlPage:
    """A page of GML as it was weighed: how many features it holds, their ids, how many the service has (None: not said)."""

    count: int
    ids: tuple[str, ...]
    matched: int | None


class ServiceRefusal(InvalidInput):
    """The service answers with a report of what it does not do."""

    code = "exception"


def read_capabilities(content: bytes) -> Capabilities:
    """What a service offers; InvalidInput for what is no document of a WFS in a version that is read here."""
    root = _root(content)
    if _local(root) not in ("WFS_Capabilities",):
        raise InvalidInput("the address answers with <%(name)s>, not with the capabilities of a WFS", name=_local(root))
    version = root.get("version", "")
    if not version.startswith(("2.0.", "1.1.")):
        raise InvalidInput("the service speaks WFS %(version)s; 2.0 and 1.1 are understood", version=version[:20] or "–")
    formats = [
        _text(value)
        for operation in root.iter("{*}Operation")
        if operation.get("name") == "GetFeature"
        for parameter in operation.iter("{*}Parameter")
        if (parameter.get("name") or "").lower() == "outputformat"
        for value in parameter.iter("{*}Value")
    ]
    types = [_feature_type(one) for one in root.iter("{*}FeatureType")]
    return Capabilities(version, tuple(formats), tuple(one for one in types if one.name))


def check_answer(content: bytes) -> None:
    """ServiceRefusal where a document is a report of exceptions; InvalidInput where it is none that is read here."""
    for root in _starts(content, most=1):
        if "Exception" in _local(root):
            raise ServiceRefusal("the service refuses: %(why)s", why=_exceptions(_root(content)))


def weigh_page(content: bytes) -> GmlPage:
    """What a page of GML holds; InvalidInput for a broken one, one that was cut off, and a report of exceptions."""
    ids: list[str] = []
    matched, count = None, 0
    check_answer(content)
    try:
        for depth, element in _walked(content):
            name = _local(element)
            if depth == 1:
                matched = _number(element.get("numberMatched", element.get("numberOfFeatures", "")))
                if name != "FeatureCollection":
                    raise InvalidInput("the service answers with <%(name)s>, not with features", name=name)
            elif depth == 2 and (name == "truncatedResponse" or "Exception" in name):
                raise InvalidInput("the service broke off in the middle of its features")
            elif depth == 3:
                parent = element.getparent()
                if parent is not None and _local(parent) in _MEMBERS:
                    count += 1
                    ids += [text for name, text in element.attrib.items() if str(name).rpartition("}")[2] in ("id", "fid")]
    except etree.XMLSyntaxError as error:
        raise _no_xml(error) from None
    return GmlPage(count, tuple(str(one) for one in ids), matched)


def without_time(content: bytes) -> bytes:
    """The page without the moment at which it was written: the same features are the same bytes.

    >>> without_time(b'<?xml version="1.0"?><a:b timeStamp="2026-11-28T08:00:00Z" c="d"><e/></a:b>')
    b'<?xml version="1.0"?><a:b c="d"><e/></a:b>'
    """
    return _TIME_STAMP.sub(rb"\1", content, count=1)


def system_of(name: str) -> str:
    """A system of coordinates by its short name.

    >>> system_of("urn:ogc:def:crs:EPSG::4326"), system_of("http://www.opengis.net/gml/srs/epsg.xml#4549")
    ('EPSG:4326', 'EPSG:4549')
    >>> system_of("urn:ogc:def:crs:OGC:1.3:CRS84"), system_of("http://www.opengis.net/def/crs/EPSG/0/4490")
    ('OGC:CRS84', 'EPSG:4490')
    """
    code = re.split(r"[:/#]", name.strip())[-1].upper()
    return f"OGC:{code}" if code.startswith("CRS") else f"EPSG:{code}" if code.isdigit() else name.strip()


def wanted_systems(systems: Sequence[str]) -> tuple[str, ...]:
    """In which system features are asked for, the best first: degrees as the service writes them, else degrees all the same, as
    most services compute them without saying so, else its own (an empty name).
    """
    offered = [one for one in systems if system_of(one) in DEGREES]
    return (offered[0],) if offered else ("urn:ogc:def:crs:EPSG::4326", "")


def _feature_type(told: "_Element") -> FeatureType:
    name = next((_text(one) for one in told if _local(one) == "Name"), "")
    systems = [_text(one) for one in told if _local(one) in ("DefaultCRS", "DefaultSRS", "OtherCRS", "OtherSRS")]
    return FeatureType(name, tuple(one for one in systems if one))


def _root(content: bytes) -> "_Element":
    """The root of a document that is read as a whole."""
    if len(content) > MOST_DOCUMENT:
        raise InvalidInput("the service describes itself in more than %(most)s MB", most=MOST_DOCUMENT // 1_000_000)
    for _start in _starts(content, most=1):
        pass
    try:
        return etree.fromstring(content, etree.XMLParser(**_GUARDED, remove_comments=True, remove_pis=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _no_xml(error) from None


def _starts(content: bytes, most: int) -> "Iterator[_Element]":
    """The first elements as they begin."""
    try:
        for count, (_depth, element) in enumerate(_walked(content)):
            if count >= most:
                return
            yield element
    except etree.XMLSyntaxError as error:
        raise _no_xml(error) from None


def _walked(content: bytes) -> "Iterator[tuple[int, _Element]]":
    """Every element as it begins, with its depth; what is over is given up at once, so that a large page takes little memory."""
    if b"<!DOCTYPE" in content:
        raise _typed()
    depth = 0
    for event, element in etree.iterparse(BytesIO(content), events=("start", "end"), **_GUARDED):
        if event == "start":
            depth += 1
            if depth == 1 and element.getroottree().docinfo.internalDTD is not None:
                raise _typed()
            yield depth, element
            continue
        depth -= 1
        if depth in (1, 2):
            parent = element.getparent()
            element.clear()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _exceptions(root: "_Element") -> str:
    told = []
    for one in root.iter("{*}Exception", "{*}ServiceException"):
        code, place = one.get("exceptionCode") or one.get("code") or "", one.get("locator") or ""
        words = " ".join(" ".join(str(part) for part in one.itertext()).split())
        told.append(" ".join(part for part in (code, f"({place})" if place else "", words) if part))
    return "; ".join(told)[:_MOST_WORDS] or "–"


def _typed() -> InvalidInput:
    return InvalidInput("the answer has a document type; a WFS needs none, and none is read")


def _no_xml(error: Exception) -> InvalidInput:
    return InvalidInput("the answer is no XML that can be read: %(why)s", why=" ".join(str(error).split())[:_MOST_WORDS])


def _local(element: "_Element") -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: "_Element") -> str:
    return (element.text or "").strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

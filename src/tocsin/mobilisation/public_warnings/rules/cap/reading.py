"""CAP messages read from bytes that a stranger may have written: no DTD, no entities, no network, bounded."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.public_warnings.rules.cap.message import (
    NAMESPACE,
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Named,
    Reference,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST_BYTES = 2_000_000
DEEPEST = 16
_CAP = f"{{{NAMESPACE}}}"


class Unreadable(InvalidInput):
    """The bytes are no XML that is read here."""

    code = "unreadable"


class OffSchema(InvalidInput):
    """The XML is none that CAP 1.2 allows."""

    code = "schema"


def parse(data: bytes) -> "_Element":
    """The root element of the bytes; Unreadable for what is too large or deep, has a document type, or is no XML."""
    if len(data) > LARGEST_BYTES:
        raise Unreadable("The message has %(bytes)s bytes, at most %(most)s are read", bytes=len(data), most=LARGEST_BYTES)
    if b"<!DOCTYPE" in data:
        raise Unreadable("The message has a document type; CAP needs none, and none is read")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("The message is no XML: %(why)s", why=error) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("The message has a document type; CAP needs none, and none is read")
    if _depth(root) > DEEPEST:
        raise Unreadable("The message's elements lie in each other deeper than %(most)s", most=DEEPEST)
    return root


def check_schema(root: "_Element") -> None:
    """OffSchema with line and reason for what our schema of CAP 1.2 does not allow."""
    schema = _schema()
    if not schema.validate(root):
        error = schema.error_log[0]
        raise OffSchema("line %(line)s: %(why)s", line=error.line, why=error.message.replace(_CAP, ""))


def read_alert(root: "_Element") -> Alert:
    """The message of a root element that the schema allows."""
    return Alert(
        identifier=_text(root, "identifier"),
        sender=_text(root, "sender"),
        sent=_moment(_text(root, "sent"), "sent"),
        status=Status(_text(root, "status")),
        msg_type=MsgType(_text(root, "msgType")),
        scope=Scope(_text(root, "scope")),
        source=_text(root, "source"),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        codes=_texts(root, "code"),
        note=_text(root, "note"),
        references=read_references(_text(root, "references")),
        incidents=_text(root, "incidents"),
        infos=tuple(_read_info(info) for info in _children(root, "info")),
    )


def read_references(text: str) -> tuple[Reference, ...]:
    """Earlier messages, each "sender,identifier,sent", with blanks between them; OffSchema for anything else."""
    found = []
    for part in text.split():
        fields = part.split(",")
        if len(fields) != 3 or not all(fields):
            raise OffSchema('references: "%(part)s" is not sender,identifier,sent', part=part)
        found.append(Reference(fields[0], fields[1], _moment(fields[2], "references")))
    return tuple(found)


def read_message(data: bytes) -> Alert:
    """The message in the bytes: parsed, checked by the schema, read. Says nothing of its signature."""
    root = parse(data)
    check_schema(root)
    return read_alert(root)


def _read_info(element: "_Element") -> Info:
    return Info(
        event=_text(element, "event"),
        categories=tuple(Category(text) for text in _texts(element, "category")),
        urgency=Urgency(_text(element, "urgency")),
        severity=Severity(_text(element, "severity")),
        certainty=Certainty(_text(element, "certainty")),
        language=_text(element, "language") or "en-US",
        response_types=tuple(ResponseType(text) for text in _texts(element, "responseType")),
        audience=_text(element, "audience"),
        event_codes=_named(element, "eventCode"),
        effective=_optional_moment(element, "effective"),
        onset=_optional_moment(element, "onset"),
        expires=_optional_moment(element, "expires"),
        sender_name=_text(element, "senderName"),
        headline=_text(element, "headline"),
        description=_text(element, "description"),
        instruction=_text(element, "instruction"),
        web=_text(element, "web"),
        contact=_text(element, "contact"),
        parameters=_named(element, "parameter"),
        resources=tuple(_read_resource(resource) for resource in _children(element, "resource")),
        areas=tuple(_read_area(area) for area in _children(element, "area")),
    )


def _read_resource(element: "_Element") -> Resource:
    size = _text(element, "size")
    return Resource(
        description=_text(element, "resourceDesc"),
        mime_type=_text(element, "mimeType"),
        size=int(size) if size else None,
        uri=_text(element, "uri"),
        deref_uri=_text(element, "derefUri"),
        digest=_text(element, "digest"),
    )


def _read_area(element: "_Element") -> Area:
    altitude, ceiling = _text(element, "altitude"), _text(element, "ceiling")
    return Area(
        description=_text(element, "areaDesc"),
        polygons=_texts(element, "polygon"),
        circles=_texts(element, "circle"),
        geocodes=_named(element, "geocode"),
        altitude=float(altitude) if altitude else None,
        ceiling=float(ceiling) if ceiling else None,
    )


def _children(element: "_Element", name: str) -> "list[_Element]":
    found: list[_Element] = element.findall(_CAP + name)
    return found


def _text(element: "_Element", name: str) -> str:
    return next(iter(_texts(element, name)), "")


def _texts(element: "_Element", name: str) -> tuple[str, ...]:
    """Whole texts: a comment inside one does not end it, or a reader would see another text than the signer wrote."""
    return tuple(str(child.xpath("string()")).strip() for child in _children(element, name))


def _named(element: "_Element", name: str) -> tuple[Named, ...]:
    return tuple(Named(_text(child, "valueName"), _text(child, "value")) for child in _children(element, name))


def _optional_moment(element: "_Element", name: str) -> datetime | None:
    text = _text(element, name)
    return _moment(text, name) if text else None


def _moment(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise OffSchema(
            '%(name)s: "%(written)s" is no time with an offset, such as 2026-01-03T05:02:00+08:00', name=name, written=text
        )
    return moment


def _depth(root: "_Element") -> int:
    deepest, depth = 0, 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(__file__).with_name("cap_1_2.xsd")))

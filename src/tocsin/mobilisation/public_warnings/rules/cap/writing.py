"""CAP messages written: the elements in the order of the standard, no blank between them, UTF-8."""

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from lxml import etree

from tocsin.mobilisation.public_warnings.rules.cap.message import NAMESPACE, Alert, Area, Info, Named, Reference, Resource

if TYPE_CHECKING:
    from lxml.etree import _Element

CHINA = timezone(timedelta(hours=8))
_CAP = f"{{{NAMESPACE}}}"


def write_alert(alert: Alert) -> "_Element":
    """The message as an element, not yet signed."""
    root = etree.Element(f"{_CAP}alert", nsmap={None: NAMESPACE})
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", write_moment(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.msg_type)
    _add(root, "source", alert.source)
    _add(root, "scope", alert.scope)
    _add(root, "restriction", alert.restriction)
    _add(root, "addresses", alert.addresses)
    _add(root, "code", *alert.codes)
    _add(root, "note", alert.note)
    _add(root, "references", " ".join(write_reference(reference) for reference in alert.references))
    _add(root, "incidents", alert.incidents)
    for info in alert.infos:
        _write_info(etree.SubElement(root, f"{_CAP}info"), info)
    return root


def as_bytes(root: "_Element") -> bytes:
    """What is kept and sent; a signature holds for these bytes only as they are."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def write_moment(moment: datetime) -> str:
    """Seconds and an offset, never "Z", which CAP refuses.

    >>> from datetime import UTC
    >>> write_moment(datetime(2026, 1, 2, 21, 2, tzinfo=UTC))
    '2026-01-03T05:02:00+08:00'
    """
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def write_reference(reference: Reference) -> str:
    """An earlier message as Update and Cancel name it."""
    return f"{reference.sender},{reference.identifier},{write_moment(reference.sent)}"


def _write_info(element: "_Element", info: Info) -> None:
    _add(element, "language", info.language)
    _add(element, "category", *info.categories)
    _add(element, "event", info.event, needed=True)
    _add(element, "responseType", *info.response_types)
    _add(element, "urgency", info.urgency)
    _add(element, "severity", info.severity)
    _add(element, "certainty", info.certainty)
    _add(element, "audience", info.audience)
    _add_named(element, "eventCode", info.event_codes)
    for name, moment in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        _add(element, name, write_moment(moment) if moment else "")
    _add(element, "senderName", info.sender_name)
    _add(element, "headline", info.headline)
    _add(element, "description", info.description)
    _add(element, "instruction", info.instruction)
    _add(element, "web", info.web)
    _add(element, "contact", info.contact)
    _add_named(element, "parameter", info.parameters)
    for resource in info.resources:
        _write_resource(etree.SubElement(element, f"{_CAP}resource"), resource)
    for area in info.areas:
        _write_area(etree.SubElement(element, f"{_CAP}area"), area)


def _write_resource(element: "_Element", resource: Resource) -> None:
    _add(element, "resourceDesc", resource.description, needed=True)
    _add(element, "mimeType", resource.mime_type, needed=True)
    _add(element, "size", "" if resource.size is None else str(resource.size))
    _add(element, "uri", resource.uri)
    _add(element, "derefUri", resource.deref_uri)
    _add(element, "digest", resource.digest)


def _write_area(element: "_Element", area: Area) -> None:
    _add(element, "areaDesc", area.description, needed=True)
    _add(element, "polygon", *area.polygons)
    _add(element, "circle", *area.circles)
    _add_named(element, "geocode", area.geocodes)
    for name, height in (("altitude", area.altitude), ("ceiling", area.ceiling)):
        _add(element, name, "" if height is None else f"{height:f}")


def _add(element: "_Element", name: str, *texts: str, needed: bool = False) -> None:
    for text in texts:
        if text or needed:
            etree.SubElement(element, _CAP + name).text = str(text)


def _add_named(element: "_Element", name: str, rows: tuple[Named, ...]) -> None:
    for row in rows:
        child = etree.SubElement(element, _CAP + name)
        _add(child, "valueName", row.name, needed=True)
        _add(child, "value", row.value, needed=True)

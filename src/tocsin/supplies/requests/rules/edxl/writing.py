"""EDXL-RM written: the elements in the order of the standard, UTF-8."""

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from lxml import etree

from tocsin.supplies.requests.rules.edxl.message import (
    ELEMENTS,
    GML,
    ITEMS,
    MESSAGE,
    UNITS,
    ResourceInformation,
    ResourceMessage,
    Schedule,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

CHINA = timezone(timedelta(hours=8))


def write_message(message: ResourceMessage) -> bytes:
    """The message as bytes."""
    root = etree.Element(f"{{{MESSAGE}}}{message.kind.value}", nsmap={None: MESSAGE, "rm": ELEMENTS, "gml": GML})
    _add(root, MESSAGE, "MessageID", message.id)
    _add(root, MESSAGE, "SentDateTime", write_moment(message.sent))
    _add(root, MESSAGE, "MessageContentType", message.kind.value)
    _add(root, MESSAGE, "MessageDescription", message.description)
    _add(root, MESSAGE, "OriginatingMessageID", message.originating or message.id)
    _add(root, MESSAGE, "PrecedingMessageID", message.preceding)
    if message.incident:
        incident = etree.SubElement(root, f"{{{MESSAGE}}}IncidentInformation")
        _add(incident, ELEMENTS, "IncidentID", message.incident)
    if message.contact or message.telephone:
        contact = etree.SubElement(root, f"{{{MESSAGE}}}ContactInformation")
        _add(contact, ELEMENTS, "ContactDescription", " ".join(filter(None, (message.contact, message.telephone))))
        _add(contact, ELEMENTS, "ContactRole", "Sender")
    for one in message.resources:
        _write_resource(etree.SubElement(root, f"{{{MESSAGE}}}ResourceInformation"), one)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def write_moment(moment: datetime) -> str:
    """Seconds and China's offset.

    >>> from datetime import UTC
    >>> write_moment(datetime(2026, 11, 28, 8, 0, tzinfo=UTC))
    '2026-11-28T16:00:00+08:00'
    """
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def _write_resource(element: "_Element", one: ResourceInformation) -> None:
    _add(element, MESSAGE, "ResourceInfoElementID", one.number)
    if one.answer is not None:
        response = etree.SubElement(element, f"{{{MESSAGE}}}ResponseInformation")
        _add(response, ELEMENTS, "PrecedingResourceInfoElementID", one.number)
        _add(response, ELEMENTS, "ResponseType", one.answer.value)
        _add(response, ELEMENTS, "ResponseReason", one.reason)
    resource = etree.SubElement(element, f"{{{MESSAGE}}}Resource")
    _add(resource, MESSAGE, "Name", one.name)
    if one.code:
        keyword = etree.SubElement(resource, f"{{{MESSAGE}}}Keyword")
        _add(keyword, ELEMENTS, "ValueListURN", ITEMS)
        _add(keyword, ELEMENTS, "Value", one.code)
    if one.status:
        status = etree.SubElement(resource, f"{{{MESSAGE}}}ResourceStatus")
        _add(status, MESSAGE, "DeploymentStatus", one.status)
    if one.amount is not None:
        assignment = etree.SubElement(element, f"{{{MESSAGE}}}AssignmentInformation")
        quantity = etree.SubElement(assignment, f"{{{MESSAGE}}}Quantity")
        measured = etree.SubElement(quantity, f"{{{ELEMENTS}}}MeasuredQuantity")
        _add(measured, ELEMENTS, "Amount", f"{one.amount:.3f}".rstrip("0").rstrip("."))
        unit = etree.SubElement(measured, f"{{{ELEMENTS}}}UnitOfMeasure")
        _add(unit, ELEMENTS, "ValueListURN", UNITS)
        _add(unit, ELEMENTS, "Value", one.unit)
    for schedule in one.schedules:
        _write_schedule(etree.SubElement(element, f"{{{MESSAGE}}}ScheduleInformation"), schedule)


def _write_schedule(element: "_Element", one: Schedule) -> None:
    _add(element, MESSAGE, "ScheduleType", one.kind)
    _add(element, MESSAGE, "DateTime", write_moment(one.at) if one.at else "")
    if one.place or one.lon is not None:
        location = etree.SubElement(element, f"{{{MESSAGE}}}Location")
        _add(location, ELEMENTS, "LocationDescription", one.place)
        if one.lon is not None and one.lat is not None:
            area = etree.SubElement(location, f"{{{ELEMENTS}}}TargetArea")
            point = etree.SubElement(area, f"{{{GML}}}Point")
            _add(point, GML, "pos", f"{one.lat:.6f} {one.lon:.6f}")


def _add(element: "_Element", namespace: str, name: str, text: str) -> None:
    if text:
        etree.SubElement(element, f"{{{namespace}}}{name}").text = text

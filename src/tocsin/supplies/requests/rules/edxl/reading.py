"""EDXL-RM read strictly: no document type, no entity, nothing from the network; what is wrong is told with its line."""

import math
from datetime import datetime
from typing import TYPE_CHECKING, Final

from lxml import etree

from tocsin.base.errors import InvalidInput
from tocsin.supplies.requests.rules.edxl.message import (
    ELEMENTS,
    GML,
    ITEMS,
    MESSAGE,
    Answer,
    ContentType,
    ResourceInformation,
    ResourceMessage,
    Schedule,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST_BYTES: Final = 1_000_000
DEEPEST: Final = 20
MOST_RESOURCES: Final = 500
LONGEST: Final = 500


def read_message(data: bytes) -> ResourceMessage:
    """The message; InvalidInput says what is wrong, and in which line."""
    root = parse(data)
    name = etree.QName(root)
    kinds = {one.value: one for one in ContentType}
    if name.namespace != MESSAGE or name.localname not in kinds:
        raise InvalidInput("%(name)s is no message of EDXL-RM 1.0 that is read here", name=str(root.tag)[:120])
    kind = kinds[name.localname]
    if (told := _text(root, MESSAGE, "MessageContentType")) != kind.value:
        raise InvalidInput("MessageContentType is %(told)s in a %(kind)s", told=told[:60], kind=kind.value)
    message_id, originating = _text(root, MESSAGE, "MessageID"), _text(root, MESSAGE, "OriginatingMessageID")
    if not message_id:
        raise InvalidInput("%(name)s is missing", name="MessageID")
    if kind is not ContentType.REQUEST and not originating:
        raise InvalidInput("%(name)s is missing", name="OriginatingMessageID")
    resources = root.findall(f"{{{MESSAGE}}}ResourceInformation")
    if not 1 <= len(resources) <= MOST_RESOURCES:
        raise InvalidInput("A message has 1 to %(most)s ResourceInformation", most=MOST_RESOURCES)
    return ResourceMessage(
        kind=kind,
        id=message_id,
        sent=_sent(root),
        description=_text(root, MESSAGE, "MessageDescription"),
        originating=originating or message_id,
        preceding=_text(root, MESSAGE, "PrecedingMessageID"),
        incident=_text(root, MESSAGE, "IncidentInformation", ELEMENTS, "IncidentID"),
        contact=_text(root, MESSAGE, "ContactInformation", ELEMENTS, "ContactDescription"),
        resources=tuple(_resource(one) for one in resources),
    )


def parse(data: bytes) -> "_Element":
    """The root element; InvalidInput for what is too large or deep, has a document type, or is no XML."""
    if len(data) > LARGEST_BYTES:
        raise InvalidInput("The message has %(bytes)s bytes, at most %(most)s are read", bytes=len(data), most=LARGEST_BYTES)
    if b"<!DOCTYPE" in data:
        raise InvalidInput("The message has a document type; EDXL needs none, and none is read")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InvalidInput("The message is no XML: %(why)s", why=str(error)[:200]) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidInput("The message has a document type; EDXL needs none, and none is read")
    if max(sum(1 for _ in one.iterancestors()) for one in root.iter()) > DEEPEST:
        raise InvalidInput("The message's elements lie in each other deeper than %(most)s", most=DEEPEST)
    return root


def _resource(element: "_Element") -> ResourceInformation:
    number, name = _text(element, MESSAGE, "ResourceInfoElementID"), _text(element, MESSAGE, "Resource", MESSAGE, "Name")
    code = ""
    for keyword in element.findall(f"{{{MESSAGE}}}Resource/{{{MESSAGE}}}Keyword"):
        if _text(keyword, ELEMENTS, "ValueListURN") == ITEMS:
            code = _text(keyword, ELEMENTS, "Value")
    if not number or not (name or code):
        raise InvalidInput(
            "line %(line)s: a ResourceInformation says its ResourceInfoElementID and the resource", line=element.sourceline
        )
    answer = _text(element, MESSAGE, "ResponseInformation", ELEMENTS, "ResponseType")
    if answer and answer not in {one.value for one in Answer}:
        raise InvalidInput("line %(line)s: ResponseType %(told)s is none", line=element.sourceline, told=answer[:40])
    quantity = (MESSAGE, "AssignmentInformation", MESSAGE, "Quantity", ELEMENTS, "MeasuredQuantity")
    return ResourceInformation(
        number=number,
        name=name,
        code=code,
        amount=_amount(element, _text(element, *quantity, ELEMENTS, "Amount")),
        unit=_text(element, *quantity, ELEMENTS, "UnitOfMeasure", ELEMENTS, "Value"),
        answer=Answer(answer) if answer else None,
        reason=_text(element, MESSAGE, "ResponseInformation", ELEMENTS, "ResponseReason"),
        status=_text(element, MESSAGE, "Resource", MESSAGE, "ResourceStatus", MESSAGE, "DeploymentStatus"),
        schedules=tuple(_schedule(one) for one in element.findall(f"{{{MESSAGE}}}ScheduleInformation")),
    )


def _amount(element: "_Element", text: str) -> float | None:
    if not text:
        return None
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not 0 <= amount <= 1e9:
        raise InvalidInput("line %(line)s: %(told)s is no quantity", line=element.sourceline, told=text[:40])
    return amount


def _schedule(element: "_Element") -> Schedule:
    kind = _text(element, MESSAGE, "ScheduleType")
    if not kind:
        raise InvalidInput("line %(line)s: a ScheduleInformation says its ScheduleType", line=element.sourceline)
    spot = _text(element, MESSAGE, "Location", ELEMENTS, "TargetArea", GML, "Point", GML, "pos")
    lon = lat = None
    if spot:
        try:
            lat, lon = (float(part) for part in spot.split())
        except ValueError:
            raise InvalidInput("line %(line)s: %(told)s is no place", line=element.sourceline, told=spot[:60]) from None
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise InvalidInput("line %(line)s: %(told)s is no place", line=element.sourceline, told=spot[:60])
    place = _text(element, MESSAGE, "Location", ELEMENTS, "LocationDescription")
    return Schedule(kind=kind, at=_moment(element, "DateTime"), place=place, lon=lon, lat=lat)


def _sent(root: "_Element") -> datetime:
    sent = _moment(root, "SentDateTime")
    if sent is None:
        raise InvalidInput("%(name)s is missing", name="SentDateTime")
    return sent


def _moment(element: "_Element", name: str) -> datetime | None:
    text = _text(element, MESSAGE, name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(
            "line %(line)s: %(name)s %(told)s is no moment with an offset", line=element.sourceline, name=name, told=text[:40]
        )
    return moment


def _text(element: "_Element", *path: str) -> str:
    """The text at the end of a path of namespaces and names, without blanks around it; empty where there is none."""
    names = [f"{{{namespace}}}{name}" for namespace, name in zip(path[::2], path[1::2], strict=True)]
    found = element.find("/".join(names))
    text = (found.text or "").strip() if found is not None else ""
    if len(text) > LONGEST:
        raise InvalidInput(
            "line %(line)s: more than %(most)s signs", line=found.sourceline if found is not None else 0, most=LONGEST
        )
    return text

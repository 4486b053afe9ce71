"""Whether a message that the schema allows makes sense: its names, references, times and areas."""

import re

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.public_warnings.rules.cap.areas import BadArea, read_circle, read_polygon
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, Area, Info, MsgType, Scope

NAME = re.compile(r"[^\s,<&]+")
SPEAKS_OF_EARLIER = (MsgType.UPDATE, MsgType.CANCEL, MsgType.ACK, MsgType.ERROR)
WARNS = (MsgType.ALERT, MsgType.UPDATE)


class Nonsense(InvalidInput):
    """A message that contradicts itself or says nothing that could be followed."""

    code = "nonsense"


def check_sense(alert: Alert) -> None:
    """Nonsense with the element and the reason."""
    for name, text in (("identifier", alert.identifier), ("sender", alert.sender)):
        if not NAME.fullmatch(text):
            raise Nonsense("%(name)s is empty, or holds a blank, a comma, < or &", name=name)
    if alert.scope == Scope.RESTRICTED and not alert.restriction:
        raise Nonsense("scope is Restricted and no restriction says to whom")
    if alert.scope == Scope.PRIVATE and not alert.addresses:
        raise Nonsense("scope is Private and no addresses are named")
    _check_references(alert)
    if alert.msg_type in WARNS and not alert.infos:
        raise Nonsense("The message warns of nothing: it has no info")
    for info in alert.infos:
        _check_times(alert, info)
        if alert.msg_type in WARNS and not info.areas:
            raise Nonsense("The message warns nowhere: its info has no area")
        for area in info.areas:
            _check_area(area)


def _check_references(alert: Alert) -> None:
    if alert.msg_type in SPEAKS_OF_EARLIER and not alert.references:
        raise Nonsense("%(type)s names no earlier message in references", type=str(alert.msg_type))
    seen = set()
    for reference in alert.references:
        key = reference.sender, reference.identifier
        if key == (alert.sender, alert.identifier):
            raise Nonsense("references names the message itself")
        if key in seen:
            raise Nonsense("references names %(identifier)s twice", identifier=reference.identifier)
        if reference.sent > alert.sent:
            raise Nonsense(
                "references names %(identifier)s, which was sent later than this message", identifier=reference.identifier
            )
        seen.add(key)


def _check_times(alert: Alert, info: Info) -> None:
    if info.effective and info.effective < alert.sent:
        raise Nonsense("effective lies before sent")
    begins = info.effective or alert.sent
    if info.expires is None:
        return
    if info.expires <= begins and alert.msg_type != MsgType.CANCEL:
        raise Nonsense("expires does not lie behind the message's beginning")
    if info.onset and info.expires <= info.onset:
        raise Nonsense("expires does not lie behind onset")


def _check_area(area: Area) -> None:
    if not area.description:
        raise Nonsense("An area has no description")
    for polygon in area.polygons:
        try:
            read_polygon(polygon)
        except BadArea as error:
            raise Nonsense("%(area)s: %(why)s", area=area.description, why=error) from error
    for circle in area.circles:
        try:
            read_circle(circle)
        except BadArea as error:
            raise Nonsense("%(area)s: %(why)s", area=area.description, why=error) from error
    if area.ceiling is not None and (area.altitude is None or area.ceiling < area.altitude):
        raise Nonsense("%(area)s: ceiling needs an altitude below it", area=area.description)

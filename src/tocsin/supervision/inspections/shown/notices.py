"""What firms, inspectors and deciders are told of inspections and hidden dangers, in words, and where it is acted upon."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tocsin.notices.face import upward_lines
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.inspections.rules.telling import Matter
from tocsin.supervision.inspections.shown.findings import GRADE_NAMES

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.notices.face import Notice

WORDS = {
    Matter.FOUND: _("Hidden danger %(number)s (%(grade)s): %(text)s. Rectify it by %(until)s and report it here."),
    Matter.ORDERED: _("Order to rectify %(number)s (inspection %(visit)s): %(count)s hidden dangers, the first by %(until)s."),
    Matter.NOTHING_FOUND: _("Inspection %(visit)s of %(firm)s found no hidden danger. The record is %(number)s."),
    Matter.GRANTED: _("More time is granted for %(number)s: rectify it by %(until)s. %(said)s"),
    Matter.REFUSED: _("More time is refused for %(number)s: %(until)s stands. %(said)s"),
    Matter.ACCEPTED: _("The risk of %(number)s is accepted until %(until)s; then it is open again by itself. %(said)s"),
    Matter.NOT_ACCEPTED: _("The risk of %(number)s is not accepted: rectify it by %(until)s. %(said)s"),
    Matter.CAME_BACK: _("The time for which the risk of %(number)s was accepted is over: rectify it by %(until)s."),
    Matter.FAILED: _("The re-check of %(number)s was not passed: %(said)s. Rectify it by %(until)s."),
    Matter.PASSED: _("The re-check of %(number)s was passed: it is closed. %(said)s"),
    Matter.WITHDRAWN: _("The hidden danger %(number)s is withdrawn: %(said)s"),
    Matter.PENALTY: _("A penalty was decided: document %(document)s. It says where and until when you can object."),
    Matter.REMINDED: _("The limit of %(number)s ends on %(until)s: %(text)s"),
    Matter.LATE: _("The limit of %(number)s ended on %(until)s and nothing was reported: %(text)s"),
    Matter.PLANNED: _("Inspection %(visit)s of %(firm)s is yours. %(day)s"),
    Matter.PLANNED_SOON: _("Inspection %(visit)s of %(firm)s is planned for %(day)s."),
    Matter.TO_CONFIRM: _("Inspection %(visit)s of %(firm)s is signed: please confirm it or send it back."),
    Matter.SENT_BACK: _("Inspection %(visit)s of %(firm)s was sent back: %(said)s"),
    Matter.DIFFERS: _("In inspection %(visit)s of %(firm)s your colleague answers an item otherwise: settle it first."),
    Matter.RECTIFIED: _("%(firm)s says that %(number)s is rectified: re-check it. %(text)s"),
    Matter.FIRM_LATE: _("%(firm)s is late with %(number)s (%(grade)s), due on %(until)s: %(text)s"),
    Matter.UNSERVED: _("%(number)s of %(firm)s reached nobody at the firm: serve it by hand. Until then no day counts."),
    Matter.EXTENSION: _("%(firm)s asks for more time for %(number)s, until %(asked)s instead of %(until)s: %(said)s"),
    Matter.ACCEPTANCE: _("%(firm)s asks that the risk of %(number)s be accepted until %(asked)s: %(said)s"),
    Matter.OWN_MAJOR: _("%(firm)s reports a major hidden danger that it found itself, %(number)s: %(text)s"),
}


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What each reader reads."""
    return {one.pk: "\n".join([*upward_lines(one), _text(one.figures)]) for one in notices}


def _text(figures: Mapping[str, Any]) -> str:
    grade = str(GRADE_NAMES[FindingGrade(figures["grade"])]) if "grade" in figures else ""
    told = {"said": "", "day": "", **figures, "grade": grade}
    return (str(WORDS[Matter(figures["matter"])]) % told).strip()


def page_of_firm(notice: "Notice") -> str:
    """The firm's phone page, at the hidden danger; of papers the page that lists them."""
    if notice.figures.get("finding"):
        return f"{reverse('firm_phone')}#{notice.figures['finding']}"
    return reverse("legal_documents") if "inspection" in notice.figures else reverse("firm_phone")


def page_of_office(notice: "Notice") -> str:
    """The case file of the hidden danger, or the visit."""
    if notice.figures.get("finding"):
        return reverse("finding", args=[notice.figures["finding"]])
    return reverse("inspection", args=[notice.figures["inspection"]])

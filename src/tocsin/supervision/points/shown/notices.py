"""What is told of colours and appeals, in words, and where that is looked at."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.words import listed
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.shown import colour_name
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries.rules import appeal_until, rules_for_today
from tocsin.supervision.points.rules import APPEAL, COLOUR, FACT, RED
from tocsin.supervision.points.shown.names import kind_name, reason_name, until_of

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.notices.face import Notice

type Tell = Callable[[Mapping[str, Any], PointsRules], list[str]]


def _texts(tell: Tell) -> "Callable[[Sequence[Notice]], Mapping[UUID, str]]":
    """The texts of notices whose figures `tell` puts in words by the policy of their region."""

    def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
        return {
            one.pk: "\n".join([*upward_lines(one), *tell(one.figures, rules_for_today(one.figures["region"]))]) for one in notices
        }

    return texts


def _colour(figures: Mapping[str, Any], rules: PointsRules) -> list[str]:
    words = {
        "firm": figures["firm"],
        "before": colour_name(figures["before"]),
        "after": colour_name(figures["after"]),
        "score": f"{figures['score'] / 100:.2f}",
    }
    if figures["before"] == "grey":
        head = _("%(firm)s: the code is %(after)s, %(score)s of 100 points.") % words
    else:
        head = _("%(firm)s: the code is %(after)s, before %(before)s; %(score)s of 100 points.") % words
    lost = [f"{reason_name(code, rules)} −{hundredths / 100:.2f}" for code, hundredths in figures["lines"]]
    until = appeal_until(date.fromisoformat(figures["day"]), figures["within"])
    return [
        head,
        *([_("What is missing most: %(lines)s.") % {"lines": listed(*lost)}] if lost else []),
        *([_("What follows: %(kinds)s.") % {"kinds": _kinds(figures["follows"], rules)}] if figures["follows"] else []),
        _("What lifts it and each line stand on the page; an objection is possible until %(day)s.") % {"day": until.isoformat()},
    ]


def _red(figures: Mapping[str, Any], rules: PointsRules) -> list[str]:
    words = {"firm": figures["firm"], "colour": colour_name(figures["colour"]), "kind": kind_name(figures["kind"], rules)}
    return [_("%(firm)s: the code is %(colour)s. %(kind)s.") % words]


def _appeal(figures: Mapping[str, Any], rules: PointsRules) -> list[str]:
    words = {"firm": figures["firm"], "day": figures["day"], "line": reason_name(figures["code"], rules), "due": figures["due"]}
    if figures["won"] is None:
        head = _("%(firm)s objects to a line of its points of %(day)s: %(line)s. To be answered until %(due)s.") % words
        return [head, figures["text"]]
    if figures["won"]:
        head = _("%(firm)s: the objection to the points of %(day)s (%(line)s) was won; the points are given back.") % words
    else:
        head = _("%(firm)s: the objection to the points of %(day)s (%(line)s) was not won.") % words
    return [head, figures["answer"]]


def _fact(figures: Mapping[str, Any], rules: PointsRules) -> list[str]:
    kind = figures["kind"]
    words = {"firm": figures["firm"], "kind": kind_name(kind, rules), "day": figures["day"], "until": until_of(kind, rules)}
    match figures["what"]:
        case "entered" if words["until"]:
            head = _("%(firm)s: red line “%(kind)s” since %(day)s. It makes red until: %(until)s.") % words
        case "entered":
            head = _("%(firm)s: “%(kind)s” was entered, since %(day)s. It takes points.") % words
        case "asked":
            head = _("%(firm)s asks to look and to end “%(kind)s”.") % words
        case _:
            head = _("%(firm)s: “%(kind)s” has ended on %(day)s.") % words
    return [head, *([figures["words"]] if figures["words"] else [])]


def _kinds(kinds: Sequence[str], rules: PointsRules) -> str:
    return listed(*(kind_name(kind, rules) for kind in kinds))


def _page(notice: "Notice") -> str:
    """The object's points."""
    return reverse("points_of_object", args=[notice.figures["object"]])


def _appeal_page(notice: "Notice") -> str:
    """Where it is answered, or the object's points for the firm."""
    return reverse("points_appeals") if notice.figures["won"] is None else _page(notice)


def _fact_page(notice: "Notice") -> str:
    """The fact on the object's points."""
    return f"{_page(notice)}#fact-{notice.figures['fact']}"


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            FACT,
            pgettext_lazy("purpose of a notice", "fact that counts in points"),
            texts=_texts(_fact),
            acted_on=_fact_page,
            permissions=(rights.LEAD, rights.OWN),
            stays=True,
        ),
        PurposeCard(
            COLOUR,
            pgettext_lazy("purpose of a notice", "new colour"),
            texts=_texts(_colour),
            acted_on=_page,
            permissions=(rights.OWN,),
            stays=True,
        ),
        PurposeCard(
            RED,
            pgettext_lazy("purpose of a notice", "colour asks for it"),
            texts=_texts(_red),
            acted_on=_page,
            permissions=(rights.INSPECT,),
        ),
        PurposeCard(
            APPEAL,
            pgettext_lazy("purpose of a notice", "objection to points"),
            texts=_texts(_appeal),
            acted_on=_appeal_page,
            permissions=(rights.LEAD, rights.OWN),
            stays=True,
        ),
    ),
)

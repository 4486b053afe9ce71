"""What tiers are told of risk warnings, and what waits for firms and supervisors."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.risk_warnings.models import RiskWarning
from tocsin.hazchem.risk_warnings.policy import risk_policy
from tocsin.hazchem.risk_warnings.queries import to_answer, to_check
from tocsin.hazchem.risk_warnings.rules import RISK_ANSWER, RISK_PUSH, RiskState, RiskTier
from tocsin.hazchem.risk_warnings.shown.names import LEVEL_NAMES, MEASURE_NAMES, REASON_NAMES, TIER_NAMES, trigger_name
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of a warning, or of an answer."""
    words = {RISK_PUSH: _pushed, RISK_ANSWER: _answered}
    return {one.pk: "\n".join([*upward_lines(one), words[one.purpose](one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The warning's own page."""
    return reverse("risk_warning", args=[notice.figures["warning"]])


def _pushed(figures: Mapping[str, Any]) -> str:
    told = {name: figures[name] for name in ("firm", "unit", "alarms")} | {"level": LEVEL_NAMES[figures["level"]]}
    if figures["tier"] == RiskTier.FIRM:
        return _("%(level)s at %(unit)s, alarms: %(alarms)s. Confirm it, then say why it rang and what was done.") % told
    told |= {"why": trigger_name(figures["trigger"])}
    return _("%(level)s at %(firm)s, %(unit)s, alarms: %(alarms)s. Told to you: %(why)s.") % told


def _answered(figures: Mapping[str, Any]) -> str:
    told = {name: figures[name] for name in ("firm", "unit", "text", "returned")}
    told |= {"level": LEVEL_NAMES[figures["level"]], "reason": REASON_NAMES[figures["reason"]]}
    told |= {"measure": MEASURE_NAMES[figures["measure"]]}
    if figures["act"] == "returned":
        return _("%(level)s at %(firm)s, %(unit)s: the answer was sent back: %(returned)s") % told
    if figures["act"] == "closed":
        return _("%(level)s at %(firm)s, %(unit)s: the answer was checked, the warning is closed.") % told
    return _("%(level)s at %(firm)s, %(unit)s: the firm answered: %(reason)s; %(measure)s: %(text)s") % told


def _tell_answer(one: RiskWarning) -> Waiting:
    clocks = risk_policy(one.region_code).clocks(one.level)
    unconfirmed = one.state == RiskState.PUSHED
    due = one.pushed_at + timedelta(minutes=clocks.confirm_min) if unconfirmed else None
    about = listed(str(LEVEL_NAMES[one.level]), one.unit.name)
    return Waiting(about, _page(one), one.asked_at, due=due or one.asked_at + timedelta(minutes=clocks.answer_min))


def _tell_check(one: RiskWarning) -> Waiting:
    since = one.answered_at or one.asked_at
    due = since + timedelta(minutes=risk_policy(one.region_code).clocks(one.level).check_min)
    return Waiting(listed(str(LEVEL_NAMES[one.level]), one.object.name, one.unit.name), _page(one), since, due=due)


def _page(one: RiskWarning) -> str:
    return reverse("risk_warning", args=[one.pk])


_SEEN_BY = (rights.OWN, rights.SEE)
NOTICES: Final = Contribution(
    purposes=tuple(
        PurposeCard(code, words, texts=texts, page=page, acted_on=page, permissions=_SEEN_BY, stays=code == RISK_ANSWER)
        for code, words in (
            (RISK_PUSH, pgettext_lazy("purpose of a notice", "risk warning of a plant")),
            (RISK_ANSWER, pgettext_lazy("purpose of a notice", "answer to a risk warning")),
        )
    ),
    reasons={f"risk_{tier}": TIER_NAMES[tier] for tier in RiskTier},
)
WAITING: Final = (
    WaitingKind(
        "risk_answer",
        pgettext_lazy("what waits", "Risk warning: confirm and answer"),
        (rights.OWN,),
        found=to_answer,
        tell=_tell_answer,
    ),
    WaitingKind(
        "risk_check",
        pgettext_lazy("what waits", "Risk warning: check the answer"),
        (rights.LEAD,),
        found=to_check,
        tell=_tell_check,
    ),
)

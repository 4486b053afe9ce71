"""Words of reports: states, acts, modes, channels."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from tocsin.mobilisation.hazard_reports.rules.intake import Channel, Mode
from tocsin.mobilisation.hazard_reports.rules.routing import Because
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct, ReportState, RewardStep


def act_name(act: str, figures: Mapping[str, Any]) -> str:
    """What was done, in words; a step of a reward by its own, and to whom a report was passed on."""
    if act == ReportAct.TRANSFER and figures.get("to"):
        return pgettext("act on a report", "passed on to %(body)s") % {"body": figures["to"]}
    if act == ReportAct.REWARD:
        return str(REWARD_NAMES[RewardStep(figures["reward"])])
    return str(ACT_NAMES[ReportAct(act)])


STATE_NAMES: Final[dict[ReportState, Promise]] = {
    ReportState.RECEIVED: pgettext_lazy("report", "received"),
    ReportState.ACCEPTED: pgettext_lazy("report", "accepted"),
    ReportState.REFUSED: pgettext_lazy("report", "not accepted"),
    ReportState.TRANSFERRED: pgettext_lazy("report", "passed on"),
    ReportState.ASSIGNED: pgettext_lazy("report", "being checked"),
    ReportState.TRUE: pgettext_lazy("report", "true"),
    ReportState.PARTLY_TRUE: pgettext_lazy("report", "partly true"),
    ReportState.NOT_TRUE: pgettext_lazy("report", "not true"),
    ReportState.MALICIOUS: pgettext_lazy("report", "malicious"),
    ReportState.HANDLED: pgettext_lazy("report", "handled"),
    ReportState.ANSWERED: pgettext_lazy("report", "answered"),
    ReportState.CLOSED: pgettext_lazy("report", "closed"),
}
ACT_NAMES: Final[dict[ReportAct, Promise]] = {
    ReportAct.RECEIVE: pgettext_lazy("act on a report", "received"),
    ReportAct.ACCEPT: pgettext_lazy("act on a report", "accepted"),
    ReportAct.REFUSE: pgettext_lazy("act on a report", "not accepted"),
    ReportAct.MOVE: pgettext_lazy("act on a report", "given to another body"),
    ReportAct.TAKE_OVER: pgettext_lazy("act on a report", "taken over"),
    ReportAct.GIVE_BACK: pgettext_lazy("act on a report", "given back"),
    ReportAct.CLASSIFY: pgettext_lazy("act on a report", "put to a situation of the list"),
    ReportAct.TRANSFER: pgettext_lazy("act on a report", "passed on"),
    ReportAct.ASSIGN: pgettext_lazy("act on a report", "assigned to two checkers"),
    ReportAct.CHECK: pgettext_lazy("act on a report", "checked"),
    ReportAct.CLAIM_MALICIOUS: pgettext_lazy("act on a report", "called malicious; a second person decides"),
    ReportAct.CONFIRM_MALICIOUS: pgettext_lazy("act on a report", "malicious, as a second person agreed"),
    ReportAct.REJECT_MALICIOUS: pgettext_lazy("act on a report", "not malicious, as a second person decided"),
    ReportAct.EXTEND: pgettext_lazy("act on a report", "time for the check extended"),
    ReportAct.HANDLE: pgettext_lazy("act on a report", "handled"),
    ReportAct.ANSWER: pgettext_lazy("act on a report", "answered"),
    ReportAct.REWARD: pgettext_lazy("act on a report", "reward"),
    ReportAct.SIGN: pgettext_lazy("act on a report", "found by one checker; the other one is to sign"),
    ReportAct.CLOSE: pgettext_lazy("act on a report", "closed"),
    ReportAct.BLUR: pgettext_lazy("act on a report", "decided what of a photo is blurred"),
    ReportAct.OPEN_PHOTO: pgettext_lazy("act on a report", "saw a photo whole, for danger to life"),
    ReportAct.NOTE: pgettext_lazy("act on a report", "inner note"),
    ReportAct.ASK: pgettext_lazy("act on a report", "asked the reporter"),
    ReportAct.MERGE: pgettext_lazy("act on a report", "joined with another report"),
    ReportAct.UNMERGE: pgettext_lazy("act on a report", "taken apart again"),
    ReportAct.DUTY_DESK: pgettext_lazy("act on a report", "with the duty desk, as a case"),
    ReportAct.SAY: pgettext_lazy("act on a report", "answer of the reporter"),
    ReportAct.ADD: pgettext_lazy("act on a report", "added by the reporter"),
    ReportAct.GONE: pgettext_lazy("act on a report", "the reporter says: it is gone"),
    ReportAct.STILL_THERE: pgettext_lazy("act on a report", "the reporter says: it is still there"),
    ReportAct.REOPEN: pgettext_lazy("act on a report", "asked to look again"),
}
MODE_NAMES: Final[dict[Mode, Promise]] = {
    Mode.NAMED: pgettext_lazy("mode of a report", "by name"),
    Mode.HIDDEN: pgettext_lazy("mode of a report", "name sealed"),
    Mode.ANONYMOUS: pgettext_lazy("mode of a report", "without a name"),
}
CHANNEL_NAMES: Final[dict[Channel, Promise]] = {
    Channel.PAGE: pgettext_lazy("way of a report", "web page"),
    Channel.APP: pgettext_lazy("way of a report", "government app"),
    Channel.HOTLINE_12345: pgettext_lazy("way of a report", "hotline 12345"),
    Channel.HOTLINE_12350: pgettext_lazy("way of a report", "hotline 12350"),
    Channel.LETTER: pgettext_lazy("way of a report", "letter"),
    Channel.VISIT: pgettext_lazy("way of a report", "visit"),
    Channel.PLATFORM: pgettext_lazy("way of a report", "another platform"),
}
BECAUSE: Final[dict[Because, Promise]] = {
    Because.SITUATION: pgettext_lazy("routing of a report", "the list names it for this situation"),
    Because.KIND: pgettext_lazy("routing of a report", "the table names it for this kind of hazard"),
    Because.OBJECT: pgettext_lazy("routing of a report", "it supervises the object"),
    Because.TRADE: pgettext_lazy("routing of a report", "the table names it for this trade"),
    Because.GENERAL: pgettext_lazy("routing of a report", "it answers for work safety at large"),
    Because.GOVERNMENT: pgettext_lazy("routing of a report", "no department answers: the government of the area"),
    Because.ABOVE: pgettext_lazy("routing of a report", "nobody of the area answers: the next body above"),
    Because.ANYWHERE: pgettext_lazy("routing of a report", "nobody of the area or above it answers: the highest body known"),
    Because.NOBODY: pgettext_lazy("routing of a report", "no public body is known: whoever handles reports there is told"),
}
REWARD_NAMES: Final[dict[RewardStep, Promise]] = {
    RewardStep.DECIDED: pgettext_lazy("reward of a report", "reward decided"),
    RewardStep.PAID: pgettext_lazy("reward of a report", "reward paid"),
    RewardStep.NONE: pgettext_lazy("reward of a report", "no reward"),
    RewardStep.LAPSED: pgettext_lazy("reward of a report", "reward not collected in time"),
    RewardStep.ANEW: pgettext_lazy("reward of a report", "reward decided anew"),
}
BAND_NAMES: Final[dict[str, Promise]] = {
    "first": pgettext_lazy("band of a reward", "first"),
    "second": pgettext_lazy("band of a reward", "second"),
    "third": pgettext_lazy("band of a reward", "third"),
    "fourth": pgettext_lazy("band of a reward", "fourth"),
}
CLOCK_NAMES: Final[dict[str, Promise]] = {
    "accept": pgettext_lazy("clock of a report", "decide on acceptance"),
    "check": pgettext_lazy("clock of a report", "finish the check"),
    "answer": pgettext_lazy("clock of a report", "answer the reporter"),
}
CSS: Final[dict[ReportState, str]] = {
    ReportState.RECEIVED: "orange",
    ReportState.ACCEPTED: "warn",
    ReportState.ASSIGNED: "warn",
    ReportState.TRUE: "red",
    ReportState.PARTLY_TRUE: "red",
    ReportState.MALICIOUS: "red",
    ReportState.HANDLED: "good",
    ReportState.ANSWERED: "good",
    ReportState.CLOSED: "good",
}

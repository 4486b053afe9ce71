"""Names of what work status is told by: states, kinds of episodes, acts, sources, verdicts and reasons."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.engine.work.decision import Decision, Reason
from tocsin.engine.work.firm import EpisodeKind, WorkState
from tocsin.supervision.work.rules.episodes import EpisodeAct, EpisodeState

STATE_NAMES: Final[dict[WorkState, Promise]] = {
    WorkState.STOPPED: pgettext_lazy("work", "stopped"),
    WorkState.IDLE: pgettext_lazy("work", "idle"),
    WorkState.PARTIAL: pgettext_lazy("work", "partial production"),
    WorkState.FULL: pgettext_lazy("work", "full production"),
    WorkState.OVER: pgettext_lazy("work", "above full"),
    WorkState.UNKNOWN: pgettext_lazy("work", "cannot tell"),
}
KIND_NAMES: Final[dict[EpisodeKind, Promise]] = {
    EpisodeKind.HIDDEN_PRODUCTION: _("suspected production in spite of an order"),
    EpisodeKind.PARTIAL_HIDDEN_PRODUCTION: _("suspected partial production in spite of an order"),
    EpisodeKind.NIGHT_PRODUCTION: _("production by night outside registered hours"),
    EpisodeKind.PROTECTIVE_OFF: _("protective equipment off while the process runs"),
    EpisodeKind.SUDDEN_STOP: _("sudden stop"),
    EpisodeKind.UNANNOUNCED_RESTART: _("suspected restart without notice"),
    EpisodeKind.ESSENTIAL_LOAD_LOST: _("essential load lost"),
    EpisodeKind.METER_TROUBLE: _("meter trouble"),
}
EPISODE_STATES: Final[dict[EpisodeState, Promise]] = {
    EpisodeState.FOUND: pgettext_lazy("episode", "found"),
    EpisodeState.ASKED: pgettext_lazy("episode", "firm asked"),
    EpisodeState.UNANSWERED: pgettext_lazy("episode", "no answer in time"),
    EpisodeState.ANSWERED: pgettext_lazy("episode", "firm answered"),
    EpisodeState.INSPECTION: pgettext_lazy("episode", "inspection demanded"),
    EpisodeState.PROPOSED: pgettext_lazy("episode", "proposed as a breach"),
    EpisodeState.CONFIRMED: pgettext_lazy("episode", "confirmed"),
    EpisodeState.EXPLAINED: pgettext_lazy("episode", "lawful reason"),
    EpisodeState.FALSE: pgettext_lazy("episode", "wrong finding"),
    EpisodeState.WITHDRAWN: pgettext_lazy("episode", "withdrawn by the machine"),
}
ACT_NAMES: Final[dict[EpisodeAct, Promise]] = {
    EpisodeAct.ASK: pgettext_lazy("episode act", "ask the firm"),
    EpisodeAct.ANSWER: pgettext_lazy("episode act", "answer"),
    EpisodeAct.LAPSE: pgettext_lazy("episode act", "no answer in time"),
    EpisodeAct.UNDELIVERED: pgettext_lazy("episode act", "the question reached nobody"),
    EpisodeAct.SEND: pgettext_lazy("episode act", "send an inspection"),
    EpisodeAct.INSPECTED: pgettext_lazy("episode act", "inspected, signed by two"),
    EpisodeAct.PROPOSE: pgettext_lazy("episode act", "propose as a breach"),
    EpisodeAct.CONFIRM: pgettext_lazy("episode act", "confirm"),
    EpisodeAct.EXPLAIN: pgettext_lazy("episode act", "accept the reason"),
    EpisodeAct.DISMISS: pgettext_lazy("episode act", "dismiss as wrong"),
    EpisodeAct.WITHDRAW: pgettext_lazy("episode act", "no longer found by the machine"),
    EpisodeAct.UNDO: pgettext_lazy("episode act", "undo the decision"),
    EpisodeAct.NOTE: pgettext_lazy("episode act", "note"),
}


WHY_WORDS: Final[dict[str, Promise]] = {
    "process_share": _("Load of production at %(percent)s of its normal level while it ran."),
    "longest_run_h": _("Longest run without a pause: %(figure)s hours."),
    "night_h": _("Hours of it by night: %(figure)s."),
    "joint_h": _("Hours in which several meters ran together: %(figure)s."),
    "earlier_h": _("Hours of work earlier in the same stop: %(figure)s."),
    "mixed_share": _("Share seen only in the sum of all loads: %(percent)s."),
    "other_signs": _("What evidence other than power adds for work, on a scale from −5 to 5: %(figure)s."),
    "sources": _("Independent sources besides power that saw work: %(figure)s."),
    "rate": _("Output by what flowed in and out: %(percent)s of a normal day."),
    "denials": _("Statements of the firm that it stood still meanwhile: %(figure)s."),
    "share_of_usual_power": _("Protective equipment at %(percent)s of its usual power."),
    "hours": _("Duration: %(figure)s hours."),
    "kw_before": _("Load of production before: %(figure)s kW."),
    "kw_after": _("Load of production after: %(figure)s kW."),
    "goes_on": _("On %(percent)s of the days before, work went on at this hour."),
    "days_asked": _("Days in production at this hour that were looked at: %(figure)s."),
    "stops_alike": _("Stops like it in the weeks before: %(figure)s."),
    "supply_cut": _("Nothing flowed in, and no meter showed a load."),
    "load_dead": _("A load that never rests took less than %(percent)s of its usual power."),
    "base_sunk": _("Base load at rest below %(percent)s of the least it ever was."),
    "nothing_from_the_firm": _("Nothing came from any meter of the firm."),
    "missing": _("Readings missing for %(percent)s of the time."),
    "estimated": _("Readings missing or estimated for %(percent)s of the time."),
    "reversed": _("Power below zero: %(figure)s kW in the middle."),
    "stuck": _("One and the same value for %(figure)s hours."),
    "multiplied": _("Readings about %(figure)s times what they should be."),
    "shunted": _("Readings at about %(percent)s of what they should be."),
}
DECISION_NAMES: Final[dict[Decision, Promise]] = {
    Decision.INSPECT: pgettext_lazy("work", "works against an order: inspect"),
    Decision.CONFLICT: pgettext_lazy("work", "sources conflict"),
    Decision.ASK: pgettext_lazy("work", "ask the firm"),
    Decision.CANNOT_TELL: pgettext_lazy("work", "cannot tell"),
    Decision.NOTHING: pgettext_lazy("work", "as it should be"),
}
DECISION_CLASSES: Final[dict[Decision, str]] = {
    Decision.INSPECT: "red",
    Decision.CONFLICT: "orange",
    Decision.ASK: "yellow",
    Decision.NOTHING: "good",
}
REASON_NAMES: Final[dict[Reason, Promise]] = {
    Reason.NO_LIVE_SOURCE: _("hardly a source is alive"),
    Reason.EVEN: _("evidence for and against is about as strong"),
    Reason.ORDER_IN_FORCE: _("an order to stop is in force"),
    Reason.PLANNED_STOP_IN_FORCE: _("a planned stop or overhaul is in force"),
    Reason.TWO_KINDS_AGREE: _("two independent kinds of evidence agree"),
    Reason.ONE_KIND_ONLY: _("one kind of evidence only"),
    Reason.LIKELY: _("likely, not sure"),
    Reason.STATEMENT_CONTRADICTED: _("independent machines contradict what the firm says"),
}


def decision_name(decision: str) -> str:
    """A decision in the reader's words."""
    return str(DECISION_NAMES[Decision(decision)])


def state_name(state: str) -> str:
    """A day's state in the reader's words."""
    return str(STATE_NAMES[WorkState(state)])


def kind_name(kind: str) -> str:
    """An episode's kind in the reader's words."""
    return str(KIND_NAMES[EpisodeKind(kind)])


def why_words(code: str, figure: float) -> str:
    """One reason of an episode as a sentence; a figure without a sentence by its code."""
    words = WHY_WORDS.get(code.replace(" ", "_"))
    if words is None:
        return f"{code.replace('_', ' ')}: {figure:.3g}"
    return str(words) % {"figure": f"{figure:.1f}", "percent": f"{100 * figure:.0f} %"}

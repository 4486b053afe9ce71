"""What the reporter reads by number and secret: how it stands, what was said, what may be said now."""

import base64
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.utils.translation import get_language_info, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from tocsin.fieldwork.shown import common_texts
from tocsin.jurisdiction.face import Region
from tocsin.mobilisation.hazard_reports.policy.reports import kind_name, refusal_name, report_policy
from tocsin.mobilisation.hazard_reports.policy.routing import routing_policy
from tocsin.mobilisation.hazard_reports.queries.reports import entries_of
from tocsin.mobilisation.hazard_reports.rules.codes import svg_code
from tocsin.mobilisation.hazard_reports.rules.states import (
    BY_THE_REPORTER,
    VERDICTS,
    ActVerdict,
    ReportAct,
    ReportState,
    RewardStep,
    judge_act,
)
from tocsin.mobilisation.hazard_reports.shown.words import REWARD_NAMES, STATE_NAMES, act_name
from tocsin.screens.words import moment

if TYPE_CHECKING:
    from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry

TITLE = pgettext_lazy("public page", "Report a hazard")


class ReceiptOut(TypedDict):
    """What a phone keeps of a report that was taken in."""

    number: str
    receipt: str
    qr: str
    received_at: datetime
    body: str
    fell_to: str
    clock: str


class Line(TypedDict):
    """One act as the reporter reads it."""

    name: str
    at: datetime
    own: bool
    text: str


class Standing(TypedDict):
    """How a report stands, for its reporter."""

    number: str
    state: str
    state_name: str
    kind_name: str
    about: str
    body: str
    received_at: datetime
    clock: str
    due: datetime | None
    refusal: str
    answer: str
    photos: int
    lines: list[Line]
    acts: list[str]
    asks_gone: bool
    said: str
    reward: str


def describe_receipt(report: "HazardReport", *, clock_wrong: bool = False) -> ReceiptOut:
    """The receipt as text and as a code, level M; `clock_wrong`: of the phone that has sent it."""
    return ReceiptOut(
        number=report.number,
        receipt=report.receipt,
        qr="data:image/svg+xml;base64," + base64.b64encode(svg_code(report.receipt)).decode(),
        received_at=report.received_at,
        body=str(report.organisation or ""),
        fell_to=_fell_words(report),
        clock=_clock_wrong_words(report) if clock_wrong else "",
    )


def describe_standing(report: "HazardReport", entries: "list[ReportEntry]", *, photos: int) -> Standing:
    """The report without inner notes, names of persons and who checks it. A merged one tells of the one that leads."""
    lead = report.merged_into or report
    state = ReportState(lead.state)
    own = ReportState(report.state)
    acts = [
        act.value
        for act in BY_THE_REPORTER
        if judge_act(act, own, merged=report.merged_into_id is not None, done_before=report.reopened) is ActVerdict.GOES_ON
    ]
    due = {ReportState.RECEIVED: lead.accept_due, ReportState.ACCEPTED: lead.check_due, ReportState.ASSIGNED: lead.check_due}
    told = [one for one in entries if not one.inward]
    led = told if lead is report else [one for one in entries_of(lead) if not one.inward]
    passed_to = _passed_to(state, led)
    return Standing(
        number=report.number,
        state=state.value,
        state_name=str(STATE_NAMES[state]),
        kind_name=kind_name(report.kind),
        about=report.firm or report.place,
        body=passed_to or str(lead.organisation or ""),
        received_at=report.received_at,
        clock=_clock_words(state),
        due=due.get(state, lead.answer_due if state not in (ReportState.ANSWERED, ReportState.CLOSED) else None),
        refusal=_why_it_ends(lead, passed_to),
        answer=lead.answer or _words_at_the_end(state, led),
        photos=photos,
        lines=[Line(name=act_name(one.act, one.figures), at=one.at, own=one.by_reporter, text=one.text) for one in told],
        acts=acts,
        reward=str(REWARD_NAMES[RewardStep(report.reward)]) if report.reward else "",
        said=_said(told),
        asks_gone=ReportAct.GONE.value in acts and state in (ReportState.HANDLED, ReportState.ANSWERED),
    )


def _passed_to(state: ReportState, entries: "list[ReportEntry]") -> str:
    """The body outside to which it went; empty for one that is here."""
    last = _last(ReportAct.TRANSFER, entries)
    return str(last.figures.get("to", "")) if state is ReportState.TRANSFERRED and last else ""


def _why_it_ends(report: "HazardReport", passed_to: str) -> str:
    if passed_to:
        words = {"body": passed_to}
        return _("It was passed on to %(body)s, which answers you from now on. Nothing more is told here.") % words
    return refusal_name(report.refusal) if report.refusal else ""


def _words_at_the_end(state: ReportState, entries: "list[ReportEntry]") -> str:
    """What the office wrote when it did not accept the report, or passed it on."""
    act = {ReportState.REFUSED: ReportAct.REFUSE, ReportState.TRANSFERRED: ReportAct.TRANSFER}.get(state)
    last = _last(act, entries) if act else None
    return last.text if last else ""


def _last(act: ReportAct, entries: "list[ReportEntry]") -> "ReportEntry | None":
    return next((one for one in reversed(entries) if one.act == act.value), None)


def _said(entries: "list[ReportEntry]") -> str:
    """What the reporter said last of whether it is gone, as an act; nothing since the office answered anew."""
    asked = (ReportAct.GONE.value, ReportAct.STILL_THERE.value)
    last = next((one.act for one in reversed(entries) if one.act in (*asked, ReportAct.ANSWER.value)), "")
    return last if last in asked else ""


def _clock_words(state: ReportState) -> str:
    match state:
        case ReportState.RECEIVED:
            return _("Whether it is accepted is decided by")
        case ReportState.ACCEPTED | ReportState.ASSIGNED:
            return _("It is checked by")
        case ReportState.ANSWERED | ReportState.CLOSED | ReportState.REFUSED | ReportState.TRANSFERRED:
            return ""
        case _:
            return _("You read what was found here by")


def _clock_wrong_words(report: "HazardReport") -> str:
    return _("The clock of this phone is wrong. The time of the office counts: received %(moment)s.") % {
        "moment": moment(report.received_at)
    }


def _fell_words(report: "HazardReport") -> str:
    if not report.fell_to:
        return ""
    return _("No body of the county answers for this; it went up to %(body)s.") % {"body": report.organisation}


class AlikeLine(TypedDict):
    """A report of a public place that may be the same."""

    id: str
    words: str
    received_at: datetime


def describe_alike(report: "HazardReport") -> AlikeLine:
    """What everybody may read of it: kind and place, not the text."""
    return AlikeLine(
        id=str(report.pk), words=" · ".join(filter(None, (kind_name(report.kind), report.place))), received_at=report.received_at
    )


type Listed = tuple[str, str, str, str]


class Setup(TypedDict):
    """What the form offers; kept by the phone with the page. `situations`: code, words, trade and kind of each in the list;
    `regional`: the same of counties that have a list of their own; `cities`: names by the four digits that begin a county's code.
    """

    kinds: list[tuple[str, str]]
    situations: list[Listed]
    regional: dict[str, list[Listed]]
    regions: list[tuple[str, str]]
    cities: dict[str, str]
    most_photos: int
    most_signs: int
    work_bits: int
    sealed: bool
    languages: list[tuple[str, str]]


def describe_setup(*, sealed: bool) -> Setup:
    """Kinds and counties in the reader's language, and the limits."""
    policy, general = report_policy(), _listed()
    areas = list(Region.objects.filter(level__in=("city", "county")))
    regions = [(one.code, str(one)) for one in areas if one.level == "county"]
    return Setup(
        kinds=[(one.key, one.name) for one in policy.kind],
        situations=general,
        regional={code: own for code, _name in regions if (own := _listed(code)) != general},
        regions=regions,
        cities={one.code[:4]: str(one) for one in areas if one.level == "city"},
        most_photos=policy.intake.most_photos,
        most_signs=policy.intake.most_signs,
        work_bits=policy.intake.work_bits,
        sealed=sealed,
        languages=[(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
    )


def _listed(region: str = "") -> list[Listed]:
    routing = routing_policy(region)
    trades = routing.trades
    return [(one.code, one.name, trades[one.trade].name, one.kind) for one in routing.situation]


def texts() -> dict[str, str]:
    """Sentences of the page's script; `{name}` is filled there."""
    return {
        **common_texts(),
        "title": str(TITLE),
        "intro": _("No name and no account are needed. It takes a minute, also without a network."),
        "photos": pgettext("public page", "Photos"),
        "take_photo": _("Take a photo"),
        "photo_hint": _(
            "Place, time and owner are removed from your photos before anybody sees them. With a name the original lies sealed "
            "for two officers; without one it is not kept."
        ),
        "photos_count": _("{count} of {most}"),
        "what": _("What did you see?"),
        "what_hint": _("What is dangerous, and for whom. Do not write your own name here."),
        "kind": _("What is it about?"),
        "situation": _("Is it one of the listed situations? (you need not say)"),
        "situation_hint": _("Type a few words of it. Who names one reaches the right body sooner."),
        "situation_find": _("Words of the situation"),
        "situation_none": _("None of the list is so. Go on: your own words are enough."),
        "situation_count": _("{count} of the list"),
        "situation_forget": _("It is none of the list"),
        "where": _("Where is it?"),
        "firm": _("Firm or place, as it is called"),
        "place": _("Address, or how to find it"),
        "region": _("County or district"),
        "choose": _("Choose"),
        "use_position": _("Use my position"),
        "position_known": _("Position taken: {lat}, {lon}"),
        "position_none": _("The phone gives no position. Describe the place in words."),
        "position_in": _("That lies in {region}."),
        "position_far": _("That place lies outside the area of this office. You may report it all the same: choose the county."),
        "position_forget": _("Take the position away"),
        "map_open": _("Set the place on a map"),
        "map_close": _("Close the map"),
        "map_hint": _("Press where it is. With keys: arrows move the map, Enter takes its middle."),
        "map_middle": _("It is in the middle of the map"),
        "map_none": _("The map can't be shown without a network. Describe the place in words."),
        "map_zoom_in": _("Zoom in"),
        "map_zoom_out": _("Zoom out"),
        "map_title": _("Map"),
        "map_sources": _("Sources of the map"),
        "map_zoom": _("Hold Ctrl (⌘) and scroll to zoom the map"),
        "map_move": _("Move the map with two fingers"),
        "scan": _("Scan the code of a sign"),
        "scan_hint": _("Hold the code of the sign before the camera."),
        "scan_unknown": _("This code is none of ours: describe the place in words."),
        "scan_denied": _("The camera can't be used. Type the place in words."),
        "since": _("Since when?"),
        "since_hint": _("for example: for a week, every night"),
        "danger": _("Somebody may be hurt or killed at any moment"),
        "danger_hint": _("Call 119 or 120 first if it is happening now. The duty desk looks at this at once."),
        "insider": _("I work there"),
        "mode_anonymous": _("You report without a name. Only your secret opens the report again."),
        "mode_why": _("Reports by name, or with a sealed name, are not offered here: nobody has set up the keys that seal them."),
        "mode": _("With your name?"),
        "mode_none": _("Without a name"),
        "mode_hidden": _("Name sealed: only two officers together can open it"),
        "mode_named": _("By name: it may be used in the proceedings; sealed until then"),
        "mode_hint": _("It is sealed on arrival; neither the checkers nor this server can read it."),
        "mode_app": _("You are reporting as {name}, {telephone}, as {app} says."),
        "mode_app_offline": _("What the app said of you can't be proved without a network. You can report without a name."),
        "name": pgettext("public page", "Your name"),
        "telephone": _("Your telephone number"),
        "need_name": _("Give name and telephone number, or report without a name."),
        "secret_title": _("Keep this secret"),
        "secret_hint": _("It is shown now and never again. Who has it reads and answers for you; lost secret, lost claim."),
        "send": _("Send the report"),
        "sending": _("Being sent …"),
        "working": _("The phone works a moment, so that machines can't flood this page …"),
        "kept": _("Kept on this phone. It goes out by itself when there is a network."),
        "sent": _("Your report has been received"),
        "number": _("Number"),
        "secret": _("Secret"),
        "receipt": _("Receipt"),
        "receipt_hint": _("Signed by this office. Anybody can prove it on the page “Prove a receipt”."),
        "received_by": _("It is with"),
        "to_follow": _("See how it stands"),
        "new": _("Report something else"),
        "follow": _("How does my report stand?"),
        "open": pgettext("public page", "Open"),
        "prove": _("Prove a receipt"),
        "prove_hint": _("Paste the text of a receipt. It is proved on this phone, with the keys that the office has published."),
        "prove_valid": _("This receipt is genuine: {number}, {moment}"),
        "prove_check": _(
            "Genuine: the record of the check of report {number}. Found: {verdict}; cards of the checkers: {cards}; {moment}. "
            "Compare it with the paper."
        ),
        **{f"found_{one.value}": str(STATE_NAMES[one]) for one in VERDICTS},
        "prove_unreadable": _("This is no receipt, or a part of it is missing."),
        "prove_unknown_key": _("No key that the office has published signed this."),
        "prove_wrong_signature": _("This receipt was changed, or is not from this office."),
        "prove_after_its_key": _("The key had been replaced before this receipt is said to be signed."),
        "prove_leaked": _("Others may have known this key: let the office compare it with its own copy."),
        "prove_old_browser": _("This browser can't prove signatures; any program for JWS with the keys at {address} can."),
        "prove_no_keys": _("Open this page once with a network, so that it has the keys."),
        "state": _("State"),
        "until": _("{words} {moment}"),
        "you": _("you"),
        "office": _("the office"),
        "say": _("Answer"),
        "add": _("Add something"),
        "gone": _("It is gone"),
        "still_there": _("It is still there"),
        "asks_gone": _("Is it gone?"),
        "reopen": _("Ask to look again"),
        "reopen_hint": _("Once, with your reason."),
        "answer": _("Answer of the office"),
        "similar": _("Is it one of these, which others have reported near by?"),
        "same": _("It is this one: add mine to it"),
        "same_chosen": _("Your report is added to that one; it keeps its own number and rank."),
        "not_same": _("It is another one"),
        "own_reports": _("Reports on this phone"),
        "rewards_away": _("Rewards can't be told just now; nothing of yours is lost. Open your report again in a moment."),
        "forget": _("Forget on this phone"),
        "forget_sure": _("The number and the secret go from this phone. Have you written them down?"),
        "need_what": _("Say what you saw, or take a photo of it."),
        "need_region": _("Say in which county or district it is."),
        "wait": _("Too much at once from here: it is sent again in a moment."),
        "refused_title": _("Not taken:"),
        "photos_waiting": _("{count} photos are still on their way"),
    }

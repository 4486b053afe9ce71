"""What could happen next and what to close, as people and programs read it: words around the figures of `outlook`."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from tocsin.base.geometry import distance_m
from tocsin.engine.cascade.joining import Outlook, Risk
from tocsin.lifelines.face import assets_by_code
from tocsin.screens.words import figure, moment_of_ms
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import open_alarms_of
from tocsin.warning.causes.policy.causes import Sentence
from tocsin.warning.causes.shown.labels import cause_kind, cause_label
from tocsin.warning.diagnosis.models import Diagnosis
from tocsin.warning.diagnosis.queries.diagnoses import newest_diagnoses
from tocsin.warning.outlook.policy import HAZARDS
from tocsin.warning.outlook.queries import joined
from tocsin.warning.outlook.rules import (
    KeptClosing,
    KeptCordon,
    KeptPeople,
    KeptPlan,
    KeptRisk,
    KeptSite,
    outlook_of,
)
from tocsin.warning.outlook.shown.answers import CordonOut, IsolationOut, OutlookOut, PlanOut, RiskOut, StepOut, ValveOut

MEET_M = 1000.0  # alarms so near can put the same site at risk
MOST_ALARMS = 20
MOST_NAMED = 6
NOW_MS = 5 * 60_000
LEAST_TOLD = 0.001  # what is less likely would read as nought per cent

LIKELIHOODS = (  # least probability, words
    (0.5, pgettext_lazy("likelihood", "likely")),
    (0.2, pgettext_lazy("likelihood", "possible")),
    (0.05, pgettext_lazy("likelihood", "less likely")),
    (0.01, pgettext_lazy("likelihood", "unlikely")),
    (0.0, pgettext_lazy("likelihood", "very unlikely")),
)
COUPLINGS = {
    "pass_on": gettext_lazy("passes from one network to another"),
    "add_up": gettext_lazy("several alarms add up here"),
    "evolve": gettext_lazy("one hazard turns into another in the same place"),
    "escalate": gettext_lazy("together a higher level than each alone"),
}
UTILITIES = {
    "gas": pgettext_lazy("utility", "gas"),
    "water": pgettext_lazy("utility", "water"),
    "heat": pgettext_lazy("utility", "heating"),
    "power": pgettext_lazy("utility", "power"),
}
USES = {
    "hospital": gettext_lazy("hospital"),
    "school": gettext_lazy("school"),
    "kindergarten": gettext_lazy("kindergarten"),
    "nursing_home": gettext_lazy("nursing home"),
    "market": gettext_lazy("market"),
}


def what_may_follow(alarm: Alarm, diagnosis: Diagnosis) -> OutlookOut:
    """Risks, the greatest expected harm first, the zone advised, and valves to close; for an alarm that the reader may see."""
    result = diagnosis.result
    found = [one for one in joined(result, _group(alarm), _others(alarm)) if one[0].probability >= LEAST_TOLD]
    codes = {code for _risk, one in found for code in _codes_of(one)}
    closing: list[KeptClosing] = result.get("isolation", [])
    codes |= {code for one in closing for plan in one["plans"] for code in _codes_of_plan(plan)}
    cordon: KeptCordon | None = result.get("cordon")
    codes |= {one["code"] for one in cordon["named"]} if cordon else set()
    places = Places(alarm, codes)
    return OutlookOut(
        at=diagnosis.at,
        risks=[_describe_risk(risk, one, places, result["ts_ms"]) for risk, one in found],
        isolation=[describe_isolation(one, places) for one in closing],
        cordon=_describe_cordon(cordon, places) if cordon else None,
    )


def describe_closing(alarm: Alarm, closing: KeptClosing) -> IsolationOut:
    """One entry of a diagnosis's `isolation` in words: what to close, and who is then without service."""
    codes = {code for plan in closing["plans"] for code in _codes_of_plan(plan)}
    return describe_isolation(closing, Places(alarm, codes))


def likelihood(probability: float) -> str:
    """A probability in words with its figure."""
    words = next(words for least, words in LIKELIHOODS if round(probability, 4) >= least)
    percent = f"{100 * probability:.0f}" if probability >= 0.095 else f"{100 * probability:.1f}"
    return f"{words} ({percent} %)"


class Places:
    """Names of assets in the reader's language, looked up together."""

    def __init__(self, alarm: Alarm, codes: Iterable[str]) -> None:
        self._assets = assets_by_code(alarm.region_code, sorted(set(codes)))
        self._from = alarm.lon, alarm.lat

    def name(self, code: str, kind: str = "") -> str:
        asset = self._assets.get(code)
        if asset is None or not asset.name:
            return f"{cause_kind(kind or (asset.kind if asset else ''))} {code}".strip()
        return str(asset)

    def street(self, code: str) -> str:
        asset = self._assets.get(code)
        return asset.street_name if asset else ""

    def identity(self, code: str) -> UUID | None:
        asset = self._assets.get(code)
        return asset.pk if asset else None

    def distance(self, lon: float, lat: float) -> int | None:
        here_lon, here_lat = self._from
        return None if here_lon is None or here_lat is None else round(distance_m(lon, lat, here_lon, here_lat))


def _group(alarm: Alarm) -> str:
    """Alarms of one case tell of one event."""
    return alarm.case_number or str(alarm.pk)


def _others(alarm: Alarm) -> list[Outlook]:
    """Views of the other open alarms near by."""
    if alarm.lon is None or alarm.lat is None:
        return []
    near = [
        one
        for one in open_alarms_of(alarm.region_code)
        if one.pk != alarm.pk and one.lon is not None and one.lat is not None
        if distance_m(one.lon, one.lat, alarm.lon, alarm.lat) <= MEET_M
    ][:MOST_ALARMS]
    newest = newest_diagnoses([one.pk for one in near])
    return [outlook_of(newest[one.pk].result, _group(one)) for one in near if one.pk in newest]


def _codes_of(risk: KeptRisk) -> set[str]:
    return {risk["asset_code"], *(one["code"] for one in risk["named"]), *(step["asset_code"] for step in risk["steps"])}


def _codes_of_plan(plan: KeptPlan) -> set[str]:
    return {one["code"] for one in (*plan["valves"], *plan["named"])}


def _describe_risk(risk: Risk, kept: KeptRisk, places: Places, now_ms: int) -> RiskOut:
    hazards = HAZARDS.current()
    causes = list(dict.fromkeys(cause for _group, cause, _share in risk.shares))
    chain = [cause_label(causes[0])]
    chain += [_in_language(hazards.events[hazards.rules.links[step["link"]].effect]) for step in kept["steps"]]
    return RiskOut(
        event=kept["event"],
        label=_in_language(hazards.events[kept["event"]]),
        probability=risk.probability,
        likelihood=likelihood(risk.probability),
        level=risk.level,
        expected_harm=risk.expected,
        asset_code=kept["asset_code"],
        asset_id=places.identity(kept["asset_code"]),
        place=places.name(kept["asset_code"], kept["asset_kind"]),
        distance_m=places.distance(kept["lon"], kept["lat"]),
        lon=kept["lon"],
        lat=kept["lat"],
        radius_m=kept["radius_m"],
        earliest_ms=kept["earliest_ms"],
        likely_ms=kept["likely_ms"],
        latest_ms=kept["latest_ms"],
        when=_when(kept, now_ms),
        people=kept["people"],
        exposed=_exposed(kept, places),
        named=[_named(one, places) for one in kept["named"]],
        causes=causes,
        chain=" → ".join(chain),
        steps=[StepOut(**step, words=_in_language(hazards.links[step["link"]])) for step in kept["steps"]],
        couplings=list(risk.couplings),
        coupling_words=[str(COUPLINGS[one]) for one in risk.couplings],
        seen=[_in_language(hazards.signals[one]) for one in kept["seen"]],
        missing=[_in_language(hazards.signals[one]) for one in kept["missing"]],
    )


def _when(risk: KeptRisk, now_ms: int) -> str:
    words = {"latest": moment_of_ms(risk["latest_ms"]), "likely": moment_of_ms(risk["likely_ms"])}
    if risk["earliest_ms"] <= now_ms + NOW_MS:
        return _("from now on, most likely about %(likely)s, until %(latest)s") % words
    earliest = moment_of_ms(risk["earliest_ms"])
    return _("not before %(earliest)s, most likely about %(likely)s, until %(latest)s") % {**words, "earliest": earliest}


def _exposed(zone: "KeptRisk | KeptCordon", places: Places) -> str:
    """People and named sites of a zone in one sentence; "" where nobody is hurt there."""
    if not zone["radius_m"]:
        return ""
    sentence = ngettext(
        "about %(people)d person within %(metres)d m", "about %(people)d people within %(metres)d m", zone["people"]
    )
    return sentence % {"people": zone["people"], "metres": zone["radius_m"]} + _sites(zone, places) + _reckoned(zone)


def _reckoned(zone: KeptPeople) -> str:
    """In how many houses people are known by the register of exposed bodies; nothing of outlooks made before there was one."""
    if "registered" not in zone or not zone["houses"]:
        return ""
    if not zone["registered"]:
        return _(" (usual numbers by use: no house is registered)")
    words = _(" (%(registered)d of %(houses)d houses by the register, others usual for their use)")
    return words % {"registered": zone["registered"], "houses": zone["houses"]}


def _sites(zone: KeptPeople, places: Places) -> str:
    named = [_named(one, places) for one in zone["named"]]
    if not named:
        return ""
    more = len(named) - MOST_NAMED
    words = _(", ").join(named[:MOST_NAMED])
    return (
        _(": %(sites)s and %(count)d more") % {"sites": words, "count": more} if more > 0 else _(": %(sites)s") % {"sites": words}
    )


def _named(site: KeptSite, places: Places) -> str:
    return f"{USES.get(site['use'], site['use'])} {places.name(site['code'])}"


def describe_isolation(closing: KeptClosing, places: Places) -> IsolationOut:
    titles = (_("Fewest valves"), _("Least loss of service"))
    return IsolationOut(
        cause=closing["cause"],
        label=cause_label(closing["cause"]),
        asset_code=closing["asset_code"],
        utility=closing["utility"],
        utility_name=str(UTILITIES[closing["utility"]]),
        plans=[_describe_plan(title, plan, places) for title, plan in zip(titles, closing["plans"], strict=False)],
    )


def _describe_plan(title: str, plan: KeptPlan, places: Places) -> PlanOut:
    valves = [
        ValveOut(**valve, number=number, name=places.name(valve["code"], valve["kind"]), asset_id=places.identity(valve["code"]))
        for number, valve in enumerate(plan["valves"], 1)
    ]
    return PlanOut(
        title=title,
        valves=valves,
        lines=plan["lines"],
        line_codes=plan["line_codes"],
        houses=plan["houses"],
        people=plan["people"],
        named=[_named(site, places) for site in plan["named"]],
        loss=_loss(plan, places),
    )


def _loss(plan: KeptPlan, places: Places) -> str:
    if not plan["houses"]:
        return _("no building known to be without service")
    sentence = ngettext(
        "%(houses)d building without service, about %(people)d people",
        "%(houses)d buildings without service, about %(people)d people",
        plan["houses"],
    )
    return sentence % {"houses": plan["houses"], "people": plan["people"]} + _sites(plan, places)


def _describe_cordon(cordon: KeptCordon, places: Places) -> CordonOut:
    words = {"metres": cordon["radius_m"], "value": figure(cordon["pct_lel"]), "exposed": _exposed(cordon, places)}
    advice = (
        _("Advised at %(value)s %%LEL: keep clear %(metres)d m, evacuate the buildings above; %(exposed)s.")
        if cordon["evacuate"]
        else _("Advised at %(value)s %%LEL: keep clear %(metres)d m, no engine, no switches; %(exposed)s.")
    )
    return CordonOut(
        lon=cordon["lon"],
        lat=cordon["lat"],
        radius_m=cordon["radius_m"],
        evacuate=cordon["evacuate"],
        pct_lel=cordon["pct_lel"],
        people=cordon["people"],
        houses=cordon["houses"],
        named=[_named(one, places) for one in cordon["named"]],
        sentence=advice % words,
    )


def _in_language(sentence: Sentence) -> str:
    return sentence.in_language(get_language() or "zh")

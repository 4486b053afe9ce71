"""Who is rewarded for a report, how much, and by which rule: pure, so that a lawyer can try rules on written cases.

Sources: Shandong reward measures for work safety reports of 2021, articles 3 and 4, with the reward standard of 2022; national
measures (安监总财〔2018〕19号). What each figure rests on stands in `policy.toml`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

type FindingKind = Literal["listed", "major", "ordinary", "concealed_accident", "fire"]
"""`listed`: a situation that the standard names; `major`, `ordinary`: a hazard or breach that it does not name;
`concealed_accident`: an accident with deaths that was hidden or told falsely; `fire`: left to the fire service's own rules."""

type Standing = Literal["valid", "not_true", "malicious", "excluded"]
"""What the check found of one report; `excluded`: whose duty it was to find this, or who took part in the breach."""

type Verdict = Literal["reward", "none", "cannot_tell"]

type Reason = Literal[
    "first_valid", "share", "floor", "cap", "band", "per_death", "insider", "no_rule", "not_covered", "no_valid_report",
    "known_before", "fine_open", "deaths_open", "merit_open", "situation_unknown",
]  # fmt: skip
"""Why: what led to the payee and the sum, or what stands against a reward."""


@dataclass(frozen=True)
class Report:
    """One report as the check left it.

    `complete_at`: when it first held a named object and a concrete matter, None where it never did. `covers`: findings that it
    told of, empty for all of its case. `signers`: those of a joint report in the order of the paper; `payee`: the one of them
    named in writing. `insider`: works for the reported firm.
    """

    id: str
    received_at: datetime
    complete_at: datetime | None
    standing: Standing = "valid"
    insider: bool = False
    covers: frozenset[str] = frozenset()
    signers: tuple[str, ...] = ()
    payee: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that proved true.

    `of`: the report in whose check it was found; it stays with that report's group. `situation`: its code in the standard's list.
    `fine_yuan`: the fine that was decided, 0 for none, None while it is open. `merit`: how much the report helped, 0 to 1, as the
    two officers judged it. `known_at`: when the authority knew of it without any report, None where it did not.
    """

    id: str
    of: str
    kind: FindingKind
    situation: str = ""
    fine_yuan: int | None = None
    deaths: int | None = None
    merit: Decimal | None = None
    known_at: datetime | None = None


@dataclass(frozen=True)
class Joining:
    """Report `report` (a whole group, if others were put to it) was put to `into`, or taken out of it again."""

    act: Literal["merge", "unmerge"]
    report: str
    into: str = ""


@dataclass(frozen=True)
class RewardCase:
    """All that is known of reports that may be one matter. `region`: code of the place, GB/T 2260."""

    id: str
    region: str
    reports: tuple[Report, ...]
    findings: tuple[Finding, ...]
    joinings: tuple[Joining, ...] = ()


@dataclass(frozen=True)
class Band:
    """A class of the standard's list: the share of the fine lies between `floor_yuan` and `cap_yuan`."""

    floor_yuan: int
    cap_yuan: int


@dataclass(frozen=True)
class Rule:
    """The measures in force in a region for reports received from `first` to `last`, both included.

    `per_death_yuan`: least number of deaths of each grade of accident (regulation 493, article 3) -> yuan a death.
    `insider_share`: added for those who report their own unit; `insider_beyond_cap`: whether that may lead beyond the cap.
    """

    code: str
    region: str
    first: date
    last: date | None
    share: Decimal
    major: Band
    ordinary: Band | None
    per_death_yuan: Mapping[int, int]
    per_death_cap_yuan: int
    insider_share: Decimal
    insider_beyond_cap: bool
    bands: Mapping[str, Band] = field(default_factory=dict)
    """Class of the standard's list -> its band."""


@dataclass(frozen=True)
class Because:
    """One reason with the figures that its sentence names."""

    reason: Reason
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Award:
    """The answer for one finding: the report whose sender is paid, the signer of a joint one, and the sum in whole yuan."""

    finding: str
    verdict: Verdict
    because: tuple[Because, ...]
    rule: str = ""
    report: str = ""
    signer: str = ""
    amount_yuan: int = 0


def judge(case: RewardCase, rules: Sequence[Rule], situations: Mapping[str, str], zone: tzinfo) -> list[Award]:
    """One award a finding, in their order.

    `situations`: code in the standard's list -> its class. `zone`: where a report's day of receipt begins. The order of merging
    and un-merging has no say: what counts is which reports are together at the end. Ids that point nowhere raise KeyError.
    """
    together = {
        name: members for members in grouped([one.id for one in case.reports], case.joinings).values() for name in members
    }
    by_id = {report.id: report for report in case.reports}

    def rule_of(report: Report) -> Rule | None:
        return rule_for(rules, case.region, report.received_at.astimezone(zone).date())

    return [_award(finding, [by_id[name] for name in together[finding.of]], rule_of, situations) for finding in case.findings]


def grouped(ids: Iterable[str], joinings: Iterable[Joining]) -> dict[str, list[str]]:
    """Leading report -> the reports of its group in the order of `ids`, after all of `joinings`; KeyError for unknown ids.

    Un-merging takes a report out with those that had been put to it, which is how it stood before.

    >>> grouped("abc", [Joining("merge", "b", "a"), Joining("merge", "c", "b"), Joining("unmerge", "b")])
    {'a': ['a'], 'b': ['b', 'c']}
    """
    order = list(ids)
    above: dict[str, str] = {name: name for name in order}

    def lead(name: str) -> str:
        while above[name] != name:
            name = above[name]
        return name

    for joining in joinings:
        if joining.act == "unmerge":
            above[joining.report] = joining.report
        elif lead(joining.into) != lead(joining.report):
            above[lead(joining.report)] = joining.into
    groups: dict[str, list[str]] = {}
    for name in order:
        groups.setdefault(lead(name), []).append(name)
    return groups


def first_valid(reports: Iterable[Report], finding: str) -> Report | None:
    """The report that was complete first among the valid ones that tell of `finding`; of two at once the one that came first.

    A short call that is filled in a week later yields to the full report that came between.
    """
    told = [
        report
        for report in reports
        if report.standing == "valid" and report.complete_at is not None and (not report.covers or finding in report.covers)
    ]
    return min(told, key=lambda report: (report.complete_at, report.received_at, report.id), default=None)


def rule_for(rules: Iterable[Rule], region: str, received: date) -> Rule | None:
    """The rule of the narrowest region in force on the day a report was received; of several the one that began last."""
    fitting = [
        rule
        for rule in rules
        if region.startswith(rule.region) and rule.first <= received and (rule.last is None or received <= rule.last)
    ]
    return max(fitting, key=lambda rule: (len(rule.region), rule.first), default=None)


def _award(
    finding: Finding, together: Sequence[Report], rule_of: Callable[[Report], Rule | None], situations: Mapping[str, str]
) -> Award:
    report = first_valid(together, finding.id)
    if report is None or report.complete_at is None:
        return Award(finding.id, "none", (Because("no_valid_report"),))
    if finding.known_at is not None and finding.known_at <= report.complete_at:
        return Award(finding.id, "none", (Because("known_before"),), report=report.id)
    rule = rule_of(report)
    if rule is None:
        return Award(finding.id, "cannot_tell", (Because("no_rule"),), report=report.id)
    base, cap, because = _sum(finding, rule, situations)
    if base is None:
        verdict: Verdict = "none" if because[0].reason == "not_covered" else "cannot_tell"
        return Award(finding.id, verdict, because, rule.code, report.id)
    amount = base
    if report.insider and rule.insider_share:
        amount = base * (1 + rule.insider_share)
        because += (Because("insider", {"percent": _percent(rule.insider_share)}),)
        if not rule.insider_beyond_cap and amount > cap:
            amount = Decimal(cap)
            because += (Because("cap", {"yuan": str(cap)}),)
    return Award(
        finding.id,
        "reward",
        (Because("first_valid"), *because),
        rule.code,
        report.id,
        report.payee or (report.signers[0] if report.signers else ""),
        int(amount.quantize(Decimal(1), ROUND_HALF_UP)),
    )


type _Sum = tuple[Decimal | None, int, tuple[Because, ...]]
"""The sum before an insider's share (None where there is none), the most that may be paid, and why."""


def _sum(finding: Finding, rule: Rule, situations: Mapping[str, str]) -> _Sum:
    if finding.kind == "concealed_accident":
        return _per_death(finding, rule)
    if finding.kind == "listed":
        band = rule.bands.get(situations.get(finding.situation, ""))
        if band is None:
            return None, 0, (Because("situation_unknown", {"situation": finding.situation}),)
        return _share_of_fine(finding, rule.share, band)
    if finding.kind == "major":
        return _share_of_fine(finding, rule.share, rule.major)
    if finding.kind == "ordinary" and rule.ordinary is not None:
        if finding.merit is None:
            return None, 0, (Because("merit_open"),)
        floor, cap = rule.ordinary.floor_yuan, rule.ordinary.cap_yuan
        figures = {"floor": str(floor), "cap": str(cap), "percent": _percent(finding.merit)}
        return floor + (cap - floor) * finding.merit, cap, (Because("band", figures),)
    return None, 0, (Because("not_covered"),)


def _share_of_fine(finding: Finding, share: Decimal, band: Band) -> _Sum:
    if finding.fine_yuan is None:
        return None, 0, (Because("fine_open"),)
    part = share * finding.fine_yuan
    because: tuple[Because, ...] = (Because("share", {"percent": _percent(share), "fine": str(finding.fine_yuan)}),)
    if part < band.floor_yuan:
        return Decimal(band.floor_yuan), band.cap_yuan, (*because, Because("floor", {"yuan": str(band.floor_yuan)}))
    if part > band.cap_yuan:
        return Decimal(band.cap_yuan), band.cap_yuan, (*because, Because("cap", {"yuan": str(band.cap_yuan)}))
    return part, band.cap_yuan, because


def _per_death(finding: Finding, rule: Rule) -> _Sum:
    if not finding.deaths:
        return None, 0, (Because("deaths_open"),)
    unit = rule.per_death_yuan[max(least for least in rule.per_death_yuan if least <= finding.deaths)]
    because: tuple[Because, ...] = (Because("per_death", {"deaths": str(finding.deaths), "yuan": str(unit)}),)
    cap = rule.per_death_cap_yuan
    if finding.deaths * unit > cap:
        return Decimal(cap), cap, (*because, Because("cap", {"yuan": str(cap)}))
    return Decimal(finding.deaths * unit), cap, because


def _percent(share: Decimal) -> str:
    """
    >>> _percent(Decimal("0.50")), _percent(Decimal("0.125"))
    ('50', '12.5')
    """
    return f"{(share * 100).normalize():f}"

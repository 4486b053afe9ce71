"""A delivery judged: one verdict, every reason, what could not be told, and the profile to compare the next one with."""

from dataclasses import dataclass

from tocsin.engine.deliveries.amounts import judge_amounts
from tocsin.engine.deliveries.contract import Contract
from tocsin.engine.deliveries.headings import headings_of, judge_headings
from tocsin.engine.deliveries.places import can_tell_datum, judge_places
from tocsin.engine.deliveries.profile import Delivery, Profile, profile_of
from tocsin.engine.deliveries.values import judge_values
from tocsin.engine.deliveries.verdicts import Code, Finding, Verdict, worst


@dataclass(frozen=True)
class Judged:
    """What a delivery is worth. `headings`: the file's heading of each column of the contract; `untold`: what nothing was known
    of to compare with: `changes` (no delivery before), `datum` (no place known for sure).
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    untold: tuple[str, ...]
    headings: dict[str, str]
    profile: Profile


def judge(delivery: Delivery, contract: Contract, before: Profile | None = None, *, now_ms: int) -> Judged:
    """The verdict of a delivery against its contract and the last good delivery of the resource.

    A column that stands under the wrong heading is told as that, and not once more as unreadable or out of range.

    >>> import polars as pl
    >>> from tocsin.engine.deliveries.contract import Column, Kind
    >>> contract = Contract(name="wells", columns=(Column(name="depth", kind=Kind.NUMBER, required=True),))
    >>> judge(Delivery(pl.DataFrame({"depth": ["2.5", "deep"]}), ""), contract, now_ms=0).verdict
    <Verdict.BROKEN: 'broken'>
    """
    named = headings_of(delivery.cells, contract)
    findings = judge_amounts(delivery, named, contract, before, now_ms=now_ms)
    if len(delivery.cells):
        misplaced = judge_headings(delivery, named, contract, before)
        shifted = {one.column for one in misplaced if one.code is Code.COLUMNS_SHIFTED}
        values = [one for one in judge_values(delivery, named, contract, before) if one.column not in shifted]
        places = [] if shifted & {contract.longitude, contract.latitude} else judge_places(delivery, named, contract, before)
        findings += misplaced + values + places
    untold = tuple(
        name
        for name, told in (
            ("changes", before is not None),
            ("datum", not _has_places(contract) or can_tell_datum(contract, before)),
        )
        if not told
    )
    return Judged(worst(findings), tuple(findings), untold, named, profile_of(delivery, named, contract))


def _has_places(contract: Contract) -> bool:
    return bool(contract.shapes or contract.longitude)

"""How much was delivered, and whether it is new: half a file, yesterday's file, another file."""

from typing import Final

import polars as pl

from tocsin.engine.deliveries.cells import read_cells
from tocsin.engine.deliveries.contract import Contract, Kind
from tocsin.engine.deliveries.profile import Delivery, Profile, keys_of, newest_of
from tocsin.engine.deliveries.verdicts import Code, Finding, Verdict, by_share

_DAY_MS: Final = 86_400_000
_REPEATED: Final = 0.1
_KEYS: Final = 20


def judge_amounts(
    delivery: Delivery, named: dict[str, str], contract: Contract, before: Profile | None, *, now_ms: int
) -> list[Finding]:
    """Findings of the whole delivery. `now_ms`: the time of its arrival, milliseconds of UTC."""
    rows = len(delivery.cells)
    if not rows:
        return [Finding(Code.NO_ROWS, Verdict.BROKEN)]
    findings = []
    if rows < contract.least_rows:
        findings.append(Finding(Code.FEW_ROWS, Verdict.BROKEN, "", {"rows": rows, "least": contract.least_rows}))
    if delivery.ragged:
        verdict = by_share(delivery.ragged / rows, contract.slips)
        findings.append(Finding(Code.RAGGED, verdict, "", {"count": delivery.ragged}))
    if not contract.key and (again := int(delivery.cells.is_duplicated().sum())) > _REPEATED * rows:
        findings.append(Finding(Code.REPEATED_ROWS, Verdict.BROKEN, "", {"count": again}))
    if before is not None:
        findings += _judge_against(delivery, named, contract, before)
    return findings + _judge_moments(delivery, named, contract, before, now_ms)


def _judge_against(delivery: Delivery, named: dict[str, str], contract: Contract, before: Profile) -> list[Finding]:
    if delivery.digest == before.digest:
        return [Finding(Code.SAME_FILE, Verdict.BROKEN)] if contract.changes else []
    findings = []
    lost = 1 - len(delivery.cells) / before.rows
    if lost > contract.fewer:
        figures: dict[str, float | int | str] = {"rows": len(delivery.cells), "before": before.rows}
        findings.append(Finding(Code.FEWER_ROWS, by_share(lost, contract.far_fewer), "", figures))
    keys = set(keys_of(delivery.cells, named, contract))
    if keys and len(before.sample) >= _KEYS:
        gone = sum(key not in keys for key in before.sample) / len(before.sample)
        if gone > contract.fewer:
            findings.append(Finding(Code.KEYS_GONE, by_share(gone, contract.far_fewer), "", {"share": round(gone, 3)}))
    return findings


def _judge_moments(
    delivery: Delivery, named: dict[str, str], contract: Contract, before: Profile | None, now_ms: int
) -> list[Finding]:
    newest = newest_of(delivery.cells, named, contract)
    if newest is None:
        return []
    findings = []
    if (
        before is not None
        and before.newest is not None
        and (newest < before.newest or (newest == before.newest and contract.changes))
    ):
        findings.append(Finding(Code.NOT_NEWER, Verdict.BROKEN, contract.moment, {"newest": newest, "before": before.newest}))
    moments = read_cells(delivery.cells[named[contract.moment]], Kind.MOMENT)
    ahead = pl.select((moments > now_ms + _DAY_MS).sum()).item() or 0
    if ahead:
        verdict = by_share(ahead / len(moments), contract.slips)
        findings.append(Finding(Code.AHEAD, verdict, contract.moment, {"count": int(ahead), "newest": newest}))
    return findings

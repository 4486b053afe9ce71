"""Written cases of rewards read, answers written. The format stands in docs/rewards.md."""

import csv
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import read_policy
from tocsin.mobilisation.rewards.policy import RewardPolicy, reward_words
from tocsin.mobilisation.rewards.rules.judging import Award, Finding, Joining, Report, RewardCase

COLUMNS = ("case", "finding", "verdict", "report", "signer", "amount_yuan", "rule", "verified", "reason")


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What whoever wrote the case holds to be right for one finding; `report` empty and 0 yuan: nobody is paid."""

    finding: str
    report: str = ""
    signer: str = ""
    amount_yuan: int = 0


class WrittenCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case as its file holds it."""

    region: str
    reports: tuple[Report, ...]
    findings: tuple[Finding, ...] = ()
    joinings: tuple[Joining, ...] = ()
    expected: tuple[Expected, ...] = ()


def find_reward_cases(path: Path) -> list[Path]:
    """The file itself, or the `.toml` files of a folder by name; InvalidInput where there is none."""
    found = [path] if path.is_file() else sorted(path.glob("*.toml"))
    if not found:
        raise InvalidInput(f"{path}: no case in it; a case is a file that ends in .toml")
    return found


def read_reward_case(file: Path) -> tuple[RewardCase, tuple[Expected, ...]]:
    """A case and what its writer expects; InvalidInput names the file and the key, or the id, that makes no sense."""
    try:
        written = read_policy(file.read_bytes(), WrittenCase, str(file))
    except (ValueError, OSError) as error:
        raise InvalidInput(str(error)) from None
    known = [report.id for report in written.reports]
    for name, ids in (("reports", known), ("findings", [finding.id for finding in written.findings])):
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            raise InvalidInput(f"{file}: {name}: id {twice!r} occurs twice")
    pointed = [(f"finding {one.id}: of", one.of) for one in written.findings]
    for joining in written.joinings:
        pointed.append((f"{joining.act} of {joining.report}: report", joining.report))
        if joining.act == "merge":
            pointed.append((f"merge of {joining.report}: into", joining.into))
    for where, name in pointed:
        if name not in known:
            raise InvalidInput(f"{file}: {where} = {name!r} is none of the reports {', '.join(known)}")
    findings = {finding.id for finding in written.findings}
    for where, name in (
        *((f"report {one.id}: covers", name) for one in written.reports for name in sorted(one.covers)),
        *(("expected: finding", one.finding) for one in written.expected),
    ):
        if name not in findings:
            raise InvalidInput(f"{file}: {where} names {name!r}, which is none of the findings")
    for report in written.reports:
        for when in (report.received_at, report.complete_at):
            if when is not None and when.tzinfo is None:
                raise InvalidInput(f"{file}: report {report.id}: {when} needs its offset, such as 2026-05-01T08:00:00+08:00")
    for finding in written.findings:
        if finding.merit is not None and not 0 <= finding.merit <= 1:
            raise InvalidInput(f"{file}: finding {finding.id}: merit lies from 0 to 1")
        if finding.known_at is not None and finding.known_at.tzinfo is None:
            raise InvalidInput(f"{file}: finding {finding.id}: known_at needs its offset")
    return RewardCase(file.stem, written.region, written.reports, written.findings, written.joinings), written.expected


def differing(awards: Iterable[Award], expected: Iterable[Expected]) -> list[tuple[Expected, Award]]:
    """What was expected and came out otherwise."""
    by_finding = {award.finding: award for award in awards}
    return [
        (one, by_finding[one.finding])
        for one in expected
        if (one.report, one.signer, one.amount_yuan) != _paid(by_finding[one.finding])
    ]


def _paid(award: Award) -> tuple[str, str, int]:
    """Who is paid what; nobody where nothing is paid."""
    return (award.report, award.signer, award.amount_yuan) if award.amount_yuan else ("", "", 0)


def write_awards(file: Path, judged: Iterable[tuple[RewardCase, list[Award]]], policy: RewardPolicy, language: str) -> None:
    """All awards as a table, one line a finding."""
    words = reward_words()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(COLUMNS)
        for case, awards in judged:
            for award in awards:
                verified = "yes" if policy.status.verified else "no"
                table.writerow((
                    case.id, award.finding, award.verdict, award.report, award.signer, award.amount_yuan, award.rule, verified,
                    words.sentence(award.because, language),
                ))  # fmt: skip

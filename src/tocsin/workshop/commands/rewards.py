"""`tocsin rewards CASES --out ANSWERS`: who is paid what for a report; no database is needed."""

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tocsin.base.errors import InvalidInput, TocsinError

if TYPE_CHECKING:
    from tocsin.base.policy import PolicyFile
    from tocsin.mobilisation.rewards.policy import RewardPolicy
    from tocsin.mobilisation.rewards.rules.judging import Award, RewardCase


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for awards.csv.")
@click.option("--rules", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Rules other than the shipped.")
@click.option("--situations", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A list other than the shipped.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="Zone in which a day of receipt begins.")
def rewards(path: Path, out: Path | None, rules: Path | None, situations: Path | None, language: str, timezone: str) -> None:
    """Judge a written case of reports, or every case (.toml) in the folder PATH.

    Ends with 1 where a case can't be read, or where an award is not what the case says is expected.
    """
    from tocsin.mobilisation.hazard_reports.policy.routing import ROUTING
    from tocsin.mobilisation.rewards.policy import REWARDS, reward_words
    from tocsin.mobilisation.rewards.rules.judging import judge
    from tocsin.workshop.files.rewards import differing, find_reward_cases, read_reward_case, write_awards

    policy = _read(REWARDS, rules) if rules else REWARDS.shipped
    bands = (_read(ROUTING, situations) if situations else ROUTING.shipped).bands
    judged, failed = [], 0
    for file in find_reward_cases(path):
        try:
            case, expected = read_reward_case(file)
        except TocsinError as error:
            click.echo(str(error), err=True)
            failed += 1
            continue
        awards = judge(case, policy.rules(), bands, ZoneInfo(timezone))
        judged.append((case, awards))
        for wanted, award in differing(awards, expected):
            got = f"{award.report or '-'} {award.amount_yuan} ({reward_words().sentence(award.because, language)})"
            click.echo(
                f"{file}: finding {wanted.finding}: expected {wanted.report or '-'} {wanted.amount_yuan}, got {got}", err=True
            )
            failed += 1
    if out is not None:
        write_awards(out / "awards.csv", judged, policy, language)
    print_awards(judged, policy, language)
    if failed:
        raise InvalidInput(f"{failed} of the cases or awards are not as they should be")


def _read[T](policy: "PolicyFile[T]", file: Path) -> T:
    try:
        return policy.read(file.read_bytes(), str(file))
    except ValueError as error:
        raise InvalidInput(str(error)) from None


def print_awards(judged: "list[tuple[RewardCase, list[Award]]]", policy: "RewardPolicy", language: str) -> None:
    """For a person: one line a finding, and whether anybody has confirmed the figures."""
    from rich.console import Console
    from rich.table import Table

    from tocsin.mobilisation.rewards.policy import reward_words

    words = reward_words()
    table = Table(
        *(words.head[key].in_language(language) for key in ("case", "finding", "verdict", "payee", "amount", "rule", "because"))
    )
    names = {row.code: row.zh if language == "zh" else row.en for row in policy.rule}
    for case, awards in judged:
        for award in awards:
            payee = f"{award.report} {award.signer}".strip() if award.verdict == "reward" else ""
            table.add_row(
                case.id, award.finding, words.verdict[award.verdict].in_language(language), payee,
                f"{award.amount_yuan:,}" if award.verdict == "reward" else "", names.get(award.rule, ""),
                words.sentence(award.because, language),
            )  # fmt: skip
    console = Console(highlight=False)
    console.print(table)
    if not policy.status.verified:
        console.print(words.unverified["line"].in_language(language))

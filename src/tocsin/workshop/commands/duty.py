"""`tocsin duty DIR --out PRED`: was each key person on post; no database is needed."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.base.errors import InvalidInput, TocsinError

if TYPE_CHECKING:
    from tocsin.engine.duty.shift import Verdict
    from tocsin.workshop.files.duty import Crew


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the answers.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--quiet", is_flag=True, help="Write the answers and print nothing.")
def duty(path: Path, out: Path, language: str, quiet: bool) -> None:
    """Judge each planned shift in a case folder, or in every case folder in PATH.

    Writes duty.csv into OUT, for several cases into a folder of each one's name in it.
    """
    from tocsin.workshop.files.duty import find_duty_cases, is_duty_case

    cases = find_duty_cases(path)
    failed = 0
    for case in cases:
        try:
            _judge_case(case, out if is_duty_case(path) else out / case.name, "" if quiet else language)
        except TocsinError as error:
            if len(cases) == 1:
                raise
            failed += 1
            click.echo(f"{case.name}: {error}", err=True)
    if failed:
        raise InvalidInput(f"{failed} of {len(cases)} cases could not be read")


def _judge_case(case: Path, out: Path, language: str) -> None:
    from tocsin.engine.duty.judge import judge_firm
    from tocsin.supervision.posts.policy import duty_policy
    from tocsin.workshop.files.duty import read_crews, write_duty_answers

    crews = read_crews(case)
    figures = duty_policy().figures
    judged = [
        judge_firm({person.id: person.required for person in crew.people}, crew.shifts, crew.signs, crew.certificates, figures)
        for crew in crews
    ]
    write_duty_answers(out, [verdict for verdicts in judged for verdict in verdicts])
    if language:
        print_verdicts(case.resolve().name, crews, judged, language)


def print_verdicts(title: str, crews: "list[Crew]", judged: "list[list[Verdict]]", language: str) -> None:
    """For a person: shifts by role and state."""
    from rich.console import Console
    from rich.table import Table

    from tocsin.engine.duty.shift import DutyState
    from tocsin.workshop.files.work_words import work_words

    words = work_words()
    role_of = {person.id: person.role for crew in crews for person in crew.people}
    counts = Counter((role_of[verdict.person], verdict.state) for verdicts in judged for verdict in verdicts)
    head = words.head["role"].in_language(language)
    table = Table(head, *(words.state[state].in_language(language) for state in DutyState), title=title)
    for role in sorted(set(role_of.values())):
        name = words.role[role].in_language(language) if role in words.role else role
        table.add_row(name, *(str(counts[role, state] or "") for state in DutyState))
    Console(highlight=False).print(table)

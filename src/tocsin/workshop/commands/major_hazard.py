"""`tocsin major-hazard UNITS --out ANSWERS`: which units are major hazards, of which grade and why; no database is needed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from rich.console import Console

    from tocsin.workshop.files.major_hazard import GradingAnswer, UnitAnswer

MOST_SHOWN = 40


@click.command("major-hazard")
@click.argument("units", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File for the answers: JSON, or a table by the ending .csv."
)
@click.option("--quiet", is_flag=True, help="Write the answers and print nothing.")
def major_hazard(units: Path, out: Path | None, quiet: bool) -> None:
    """Identify and grade the major hazards of a file of UNITS (JSON, TOML or CSV) by GB 18218-2018.

    Every substance is told with the row it counts by. Ends with 1 where a unit can't be judged; the others are.
    """
    from tocsin.engine.major_hazard import assess
    from tocsin.hazchem.installations.policy.major_hazard import tables
    from tocsin.workshop.files.major_hazard import answer_of, read_units, write_answers

    standard, answers = tables(), []
    for asked in read_units(units):
        try:
            answers.append(answer_of(asked, assess(asked.unit, standard) if asked.unit else None))
        except InvalidInput as error:
            answers.append(answer_of(asked, None, str(error)))
    if out is not None:
        write_answers(out, answers)
    if not quiet:
        print_answers(answers)
    wrong = [one for one in answers if one.error]
    for one in wrong[:MOST_SHOWN]:
        click.echo(f"{one.unit}: {one.error}", err=True)
    if wrong:
        raise InvalidInput(f"{len(wrong)} of {len(answers)} units could not be judged")


def print_answers(answers: "list[UnitAnswer]") -> None:
    """For a person: each unit with S, R and grade, and line by line how they come about."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    judged = [one for one in answers if not one.error]
    summary = Table("unit", "people", "α", "S", "R", "grade", "S now", "R now", "grade now")
    for one in judged[:MOST_SHOWN]:
        people = "?" if one.people is None else str(one.people)
        summary.add_row(one.unit, people, f"{one.alpha:g}", *_cells(one.design), *_cells(one.now))
    console.print(summary)
    if len(judged) > MOST_SHOWN:
        console.print(f"and {len(judged) - MOST_SHOWN} units more; --out writes all")
    elif len(judged) <= MOST_SHOWN // 4:
        for one in judged:
            _print_lines(console, one)


def _print_lines(console: "Console", answer: "UnitAnswer") -> None:
    from rich.table import Table

    lines = Table("substance", "row", "Q t", "β", "q t", "q/Q", "β·q/Q", "notes", title=answer.unit)
    for line in answer.lines:
        row = f"table {line.table}, {line.row}" if line.table else "none"
        figures = ("" if one is None else f"{one:g}" for one in (line.critical_t, line.beta, line.design_t))
        notes = ", ".join(note.replace("_", " ") for note in line.notes)
        lines.add_row(line.substance or line.cas, row, *figures, f"{line.share:.6g}", f"{line.weighted:.6g}", notes)
    console.print(lines)
    for one, other in answer.unparted:
        console.print(f"no isolating valve between {one} and {other}: the unit can't be parted there")


def _cells(grading: "GradingAnswer | None") -> tuple[str, str, str]:
    if grading is None:
        return "", "", ""
    return f"{grading.s:.6g}", f"{grading.r:.6g}", grading.grade or "no major hazard"

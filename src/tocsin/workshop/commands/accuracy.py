"""`tocsin accuracy`: how often diagnosis and watch are right where the truth is known, as the tables of the documentation."""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from tocsin.engine.diagnosis.templates import Templates

# Of cases that nothing was fitted to; in the judging world seeds that may be looked at, since the held ones are looked at seldom.
SEEDS = {"first": 100_000_000, "judging": 6_500_000}


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--count", type=click.IntRange(1), default=180, show_default=True, help="Cases to make where no folder is given.")
@click.option("--seed", type=click.IntRange(0), help="Seed of the first of them; one that nothing was fitted to unless given.")
@click.option("--world", type=click.Choice(list(SEEDS)), default="first", show_default=True, help="Which simulator makes them.")
@click.option("--causes", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Causes other than the shipped.")
@click.option("--page", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Page whose tables are replaced.")
@click.option("--fit", "fit_to", type=click.Path(dir_okay=False, path_type=Path), help="Fit weights to FOLDERS, write them here.")
@click.option("--early", is_flag=True, help="Early signs of the watch instead: told before the limit, and how often wrongly.")
@click.option("--outside", is_flag=True, help="Each case of FOLDERS without its own cause in the file: is the answer unknown?")
@click.option(
    "--work", "answers", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Answers of workstatus and duty."
)
def accuracy(
    folders: tuple[Path, ...],
    count: int,
    seed: int | None,
    world: str,
    causes: Path | None,
    page: Path | None,
    fit_to: Path | None,
    early: bool,
    outside: bool,
    answers: Path | None,
) -> None:
    """Diagnose the cases in FOLDERS, or new ones of all families, and compare with their truth.

    With --early, go through their readings in the order of time instead, and compare the early signs with the truth.

    With --outside, see what is answered where the true cause is none of the file's.

    With --work, compare answers on work status and duty with the truth in FOLDERS instead.
    """
    if answers is not None:
        _of_work(folders, answers, page)
        return
    from tocsin.warning.causes.policy.causes import CAUSES_FILE, load_templates
    from tocsin.workshop.accuracy.diagnosis.cases import score_case
    from tocsin.workshop.accuracy.diagnosis.tables import diagram, tables, with_tables

    templates = load_templates(causes)
    if fit_to is not None:
        _fit(folders, causes or CAUSES_FILE, templates, fit_to)
        return
    first = SEEDS[world] if seed is None else seed
    if early:
        _of_early_signs(folders, (world, count, first), templates, page)
        return
    if outside:
        _of_outside(folders, templates)
        return
    score = partial(score_case, templates=templates)
    scores = _of_each(folders, score) if folders else _of_seeds(world, count, first, score)
    text = tables(scores)
    click.echo(text)
    for one in scores:
        if not one.near and not (one.right and not one.has_place):
            click.echo(f"{one.case}: {one.truth}, named {one.first} {one.shares[0]:.0%}, {one.metres:.0f} m", err=True)
    if page is not None:
        page.write_text(with_tables(page.read_text(encoding="utf-8"), text), encoding="utf-8")
        page.with_suffix(".svg").write_text(diagram([one for one in scores if not one.poor]), encoding="utf-8")


def _of_work(folders: tuple[Path, ...], answers: Path, page: Path | None) -> None:
    """Answers on work status and duty as tables: those of a single folder lie in `answers`, of several in folders of its name."""
    from tocsin.workshop.accuracy.work.folders import compare_folders
    from tocsin.workshop.accuracy.work.tables import tables, with_tables
    from tocsin.workshop.files.work import find_work_cases

    cases = [case for folder in folders for case in find_work_cases(folder)]
    text = tables(compare_folders([(case, own if (own := answers / case.name).is_dir() else answers) for case in cases]))
    click.echo(text)
    if page is not None:
        page.write_text(with_tables(page.read_text(encoding="utf-8"), text), encoding="utf-8")


def _of_outside(folders: tuple[Path, ...], templates: "Templates") -> None:
    from tocsin.workshop.accuracy.diagnosis.outside import ask_outside, outside_table

    answers = _of_each(folders, partial(ask_outside, templates=templates))
    click.echo(outside_table([one for one in answers if one is not None]))


def _of_early_signs(folders: tuple[Path, ...], seeds: tuple[str, int, int], templates: "Templates", page: Path | None) -> None:
    """What the watch told of the cases, as tables; `seeds`: world, count and first seed of new ones where no folder is given."""
    from tocsin.workshop.accuracy.diagnosis.tables import with_tables
    from tocsin.workshop.accuracy.early.cases import watch_case
    from tocsin.workshop.accuracy.early.tables import tables

    watch = partial(watch_case, templates=templates)
    cases = _of_each(folders, watch) if folders else _of_seeds(*seeds, watch)
    text = tables(cases)
    click.echo(text)
    for one in cases:
        if one.wrong or (one.is_event and not one.told):
            click.echo(f"{one.case}: {one.truth}, {'told' if one.told else 'missed'}; wrong: {', '.join(one.wrong)}", err=True)
    if page is not None:
        page.write_text(with_tables(page.read_text(encoding="utf-8"), text), encoding="utf-8")


def _fit(folders: tuple[Path, ...], file: Path, templates: "Templates", out: Path) -> None:
    """Weights fitted to the cases in the folders and written beside the reasoned ones of `file`."""
    from tocsin.workshop.accuracy.diagnosis.causes_file import read_reasoned, with_fitted
    from tocsin.workshop.accuracy.diagnosis.fit import fit
    from tocsin.workshop.accuracy.diagnosis.strengths import read_strengths

    text = file.read_text(encoding="utf-8")
    reasoned = read_reasoned(text)
    cases = _of_each(folders, partial(read_strengths, templates=templates))
    fitted = fit(cases, templates, reasoned)
    out.write_text(with_fitted(text, fitted, reasoned), encoding="utf-8")
    click.echo(f"{len(cases)} cases, mean surprise {fitted.surprise:.3f}, temper {fitted.temper:.2f}: {out}")


def _of_each[Answer](folders: tuple[Path, ...], ask: Callable[[Path], Answer]) -> list[Answer]:
    """What `ask` answers for every case in the folders, on all processors, in the order of their names."""
    from tocsin.workshop.files.cases import is_case

    found: Sequence[Path] = [case for folder in folders for case in sorted(folder.iterdir()) if is_case(case)]
    if not found:
        raise InvalidInput(f"no case in {', '.join(map(str, folders)) or 'no folder'}")
    if len(found) == 1:
        return [ask(found[0])]
    with (
        ProcessPoolExecutor(min(len(found), os.cpu_count() or 1), get_context("spawn")) as workers,
        click.progressbar(workers.map(ask, found), length=len(found), label="cases", file=sys.stderr) as answers,
    ):
        return list(answers)


def _of_seeds[Answer](world: str, count: int, seed: int, ask: Callable[[Path], Answer]) -> list[Answer]:
    """What `ask` answers for cases made one after the other, a family in turn, and not kept."""
    from tocsin.simulation.worlds import WORLDS, case_of, folder_name
    from tocsin.workshop.files.cases import write_case

    told = []
    with tempfile.TemporaryDirectory() as folder, click.progressbar(range(count), label="cases", file=sys.stderr) as progress:
        for number in progress:
            family = WORLDS[world][number % len(WORLDS[world])]
            path = Path(folder) / folder_name(world, family, seed + number)
            write_case(path, case_of(world, seed + number, family))
            told.append(ask(path))
            for file in path.iterdir():
                file.unlink()
    return told

"""`tocsin cases FOLDER`: made-up cases with known truth, each a folder as `tocsin diagnose` reads it; no database is needed."""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import click

from tocsin.base.errors import InvalidInput
from tocsin.simulation.worlds import FIRST, WORLDS, folder_name


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--count", type=click.IntRange(1, 100_000), required=True, help="Number of cases.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the first; the others count on.")
@click.option("--world", type=click.Choice(list(WORLDS)), default=FIRST, show_default=True, help="Which of the simulators.")
@click.option("--family", multiple=True, help="In turn; the first of the world unless given.")
@click.option("--cause", default=None, help="Only this cause; else all in about equal shares.")
@click.option("--besides", is_flag=True, help="With another fault at the same time, elsewhere in the district.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def cases(
    folder: Path, count: int, seed: int, world: str, family: tuple[str, ...], cause: str | None, besides: bool, jobs: int
) -> None:
    """Write COUNT cases into FOLDER: districts nobody has seen, each with something wrong in it, or nothing."""
    families = family or WORLDS[world][:1]
    for kind in families:
        if kind not in WORLDS[world]:
            raise click.BadParameter(f"“{kind}” is no family of the world “{world}”; it has {', '.join(WORLDS[world])}")
    kinds = [families[k % len(families)] for k in range(count)]
    wanted = [(folder / folder_name(world, kind, seed + k), seed + k, kind) for k, kind in enumerate(kinds)]
    make = partial(_make, world=world, cause=cause, besides=besides)
    if jobs == 1 or count == 1:
        failed = _refusals((make(*one) for one in wanted), count)
    else:
        with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
            work = [pool.submit(make, *one) for one in wanted]
            failed = _refusals((future.result() for future in as_completed(work)), count)
    for refusal in failed:
        click.echo(refusal, err=True)
    if failed:
        raise InvalidInput(f"{len(failed)} of {count} cases could not be made")


def _refusals(made: Iterable[str], count: int) -> list[str]:
    """What could not be made of so many, while a bar tells how far it is."""
    with click.progressbar(made, length=count, label="cases") as done:
        return [refusal for refusal in done if refusal]


def _make(path: Path, seed: int, family: str, *, world: str, cause: str | None, besides: bool) -> str:
    """Writes one case; returns why it could not be made, or nothing."""
    from tocsin.simulation.worlds import case_of
    from tocsin.workshop.files.cases import write_case

    try:
        write_case(path, case_of(world, seed, family, cause, besides=besides))
    except InvalidInput as error:
        return str(error)
    return ""

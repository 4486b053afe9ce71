"""`tocsin firms FOLDER`: made-up sets of firms with known truth, as `tocsin workstatus` and `tocsin duty` read them."""

from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import click

from tocsin.base.errors import InvalidInput

FIRST_DAYS = (date(2024, 1, 1), 850)  # a set begins on the first or up to so many days later, by its seed
WORLDS = ("own", "judging")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--count", type=click.IntRange(1, 10_000), default=1, show_default=True, help="Number of sets.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the first; the others count on.")
@click.option("--firms", "size", type=click.IntRange(1, 999), default=30, show_default=True, help="Firms in a set.")
@click.option("--days", "length", type=click.IntRange(30, 366), default=120, show_default=True, help="Days of a set.")
@click.option("--first", type=click.DateTime(["%Y-%m-%d"]), help="First day; else any season, by the seed.")
@click.option(
    "--world",
    type=click.Choice(WORLDS),
    default=WORLDS[0],
    show_default=True,
    help="Which simulator: the one that figures are chosen on, or the other that only judges.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def firms(folder: Path, count: int, seed: int, size: int, length: int, first: date | None, world: str, jobs: int) -> None:
    """Write COUNT sets of firms into FOLDER: their power, orders, evidence and duty, and what they really did."""
    lead = "firms" if world == WORLDS[0] else world
    wanted = [(folder / f"{lead}-{seed + k:06d}", seed + k) for k in range(count)]
    if jobs == 1 or count == 1:
        for path, own_seed in wanted:
            click.echo(_make(path, own_seed, size, length, first, world))
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        work = [pool.submit(_make, path, own_seed, size, length, first, world) for path, own_seed in wanted]
        for future in as_completed(work):
            click.echo(future.result())


def _make(path: Path, seed: int, size: int, length: int, first: date | None, world: str) -> str:
    """Writes one set and returns its folder."""
    from tocsin.records.calendar.policy import working_days
    from tocsin.simulation import noise
    from tocsin.simulation.firms.sets import make_set
    from tocsin.simulation.judging.firms.sets import make_judging_set
    from tocsin.workshop.files.firm_sets import days_from, write_set

    begin = date(first.year, first.month, first.day) if first else None
    if begin is None:
        begin = FIRST_DAYS[0] + timedelta(days=int(noise.uniform(seed, 90)[0] * FIRST_DAYS[1]))
    calendar = working_days()
    end = begin + timedelta(days=length - 1)
    if not (calendar.knows(begin) and calendar.knows(end)):
        raise InvalidInput(f"the holidays of {begin} to {end} are not known; take days of {min(calendar.years)} or later")
    days = days_from(begin, length, calendar)
    write_set(path, make_judging_set(seed, size, days) if world == "judging" else make_set(seed, size, days))
    return str(path)

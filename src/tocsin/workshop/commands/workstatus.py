"""`tocsin workstatus DIR --out PRED`: did each firm really work, and what needs a person; no database is needed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tocsin.base.errors import InvalidInput, TocsinError
from tocsin.base.time import datetime_from_ms

if TYPE_CHECKING:
    from tocsin.engine.work.firm import Episode, Firm
    from tocsin.engine.work.judgement import Judgement

SURE = 0.5  # episodes of at least this probability are shown; all are written
MOST_SHOWN = 60
FEWEST_APART = 8  # fewer firms aren't worth processes of their own
_LOCAL = ZoneInfo("Asia/Shanghai")


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the answers.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
@click.option("--quiet", is_flag=True, help="Write the answers and print nothing.")
def workstatus(path: Path, out: Path, language: str, jobs: int, quiet: bool) -> None:
    """Judge each day of the firms in a case folder, or in every case folder in PATH.

    Writes daily_state.csv and episodes.csv into OUT, for several cases into a folder of each one's name in it.
    """
    from tocsin.workshop.files.work import find_work_cases, is_work_case

    cases = find_work_cases(path)
    failed = 0
    with _judges(jobs) as judge_all:
        for case in cases:
            try:
                _judge_case(case, out if is_work_case(path) else out / case.name, judge_all, "" if quiet else language)
            except TocsinError as error:
                if len(cases) == 1:
                    raise
                failed += 1
                click.echo(f"{case.name}: {error}", err=True)
    if failed:
        raise InvalidInput(f"{failed} of {len(cases)} cases could not be read")


class _Judges:
    """Judges firms, over several processes where it pays."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self.pool = pool

    def __call__(self, firms: "Sequence[Firm]") -> "list[Judgement]":
        if self.pool is None or len(firms) < FEWEST_APART:
            return [_judge(firm) for firm in firms]
        return list(self.pool.map(_judge, firms))


@contextmanager
def _judges(jobs: int) -> Iterator[_Judges]:
    if jobs == 1:
        yield _Judges(None)
        return
    with ProcessPoolExecutor(jobs, get_context("forkserver")) as pool:
        yield _Judges(pool)


def _judge(firm: "Firm") -> "Judgement":
    from tocsin.engine.work.judgement import judge
    from tocsin.supervision.work.policy.figures import work_figures

    return judge(firm, work_figures())


def _judge_case(case: Path, out: Path, judge_all: _Judges, language: str) -> None:
    from tocsin.workshop.files.work import read_firms, read_names, write_work_answers

    firms = read_firms(case)
    judged = judge_all(firms)
    days = [(firm.id, day) for firm, judgement in zip(firms, judged, strict=True) for day in judgement.days]
    episodes = [(firm.id, one) for firm, judgement in zip(firms, judged, strict=True) for one in judgement.episodes]
    write_work_answers(out, days, episodes)
    if language:
        print_judgements(case.resolve().name, read_names(case), firms, judged, language)


def print_judgements(
    title: str, names: dict[str, str], firms: "Sequence[Firm]", judged: "Sequence[Judgement]", language: str
) -> None:
    """For a person: each firm's days by state, then the episodes that need somebody, the likeliest first."""
    from rich.console import Console
    from rich.table import Table

    from tocsin.engine.work.firm import WorkState
    from tocsin.workshop.files.work_words import work_words

    words = work_words()
    head = {name: word.in_language(language) for name, word in words.head.items()}
    states = Table(head["firm"], *(words.state[state].in_language(language) for state in WorkState), title=title)
    for firm, judgement in zip(firms, judged, strict=True):
        counts = Counter(day.state for day in judgement.days)
        states.add_row(names[firm.id], *(str(counts[state] or "") for state in WorkState))
    shown = sorted(
        ((one, firm) for firm, judgement in zip(firms, judged, strict=True) for one in judgement.episodes),
        key=lambda pair: -pair[0].probability,
    )
    found = Table(*(head[name] for name in ("firm", "kind", "begin", "end", "probability", "known")))
    for one, firm in [pair for pair in shown if pair[0].probability >= SURE][:MOST_SHOWN]:
        found.add_row(names[firm.id], words.kind[one.kind].in_language(language), *_figures(one))
    console = Console(highlight=False)
    console.print(states)
    if found.row_count:
        console.print(found)


def _figures(episode: "Episode") -> Sequence[str]:
    moments = [f"{datetime_from_ms(ms).astimezone(_LOCAL):%Y-%m-%d %H:%M}" for ms in (episode.start_ms, episode.end_ms)]
    after = timedelta(milliseconds=episode.detected_ms - episode.start_ms) / timedelta(hours=1)
    return (*moments, f"{episode.probability:.0%}", f"{after:.1f} h")

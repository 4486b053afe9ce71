"""`tocsin diagnose CASE`: what is behind an alarm, from a folder of files; no database is needed."""

import json
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from tocsin.base.errors import InvalidInput, TocsinError
from tocsin.base.time import datetime_from_ms
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import diagnose as find_causes
from tocsin.engine.diagnosis.model import Diagnosis, Hypothesis
from tocsin.engine.diagnosis.templates import Templates
from tocsin.engine.watch.watch import early_signs
from tocsin.warning.causes.policy.causes import load_templates, shipped_words, tell
from tocsin.warning.early_signs.policy import shipped_watch_figures
from tocsin.workshop.diagnosis.outlook import outlook, print_outlook
from tocsin.workshop.diagnosis.paragraph import case_story
from tocsin.workshop.files.cases import Case, answer, is_case, read_case

if TYPE_CHECKING:
    from rich.console import Console

SHOWN_SHARE = 0.02  # causes less likely than this are left out of the printed answer
SHOWN_EVIDENCE = 8


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON (cases' answer format).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for one JSON answer per case.")
@click.option("--causes", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Causes other than the shipped.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes, where PATH holds many cases.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="Zone of printed times.")
def diagnose(path: Path, as_json: bool, out: Path | None, causes: Path | None, jobs: int, language: str, timezone: str) -> None:
    """Rank the causes of the alarm of a case folder, or of every case folder in PATH."""
    templates = load_templates(causes)
    if is_case(path):
        _diagnose_one(path, templates, as_json, out, language, timezone)
        return
    folders = sorted(folder for folder in path.iterdir() if is_case(folder))
    if not folders:
        raise InvalidInput(f"{path}: neither a case (no question.json) nor a folder of cases")
    if out is None:
        raise InvalidInput(f"{path} holds {len(folders)} cases; name a folder for the answers with --out")
    _diagnose_many(folders, templates, out, jobs)


def _diagnose_one(folder: Path, templates: Templates, as_json: bool, out: Path | None, language: str, timezone: str) -> None:
    case = read_case(folder)
    diagnosis = _find(case, templates)
    if as_json or out is not None:
        text = _answer(case, templates, diagnosis)
        if out is not None:
            _write(out, case.name, text)
        if as_json:
            click.echo(json.dumps({**json.loads(text), **outlook(case, diagnosis)}, ensure_ascii=False))
    else:
        print_diagnosis(case, diagnosis, language, ZoneInfo(timezone))


def _diagnose_many(folders: list[Path], templates: Templates, out: Path, jobs: int) -> None:
    """One answer a case; a case that can't be read is told and the others go on, but the command fails in the end."""
    work = partial(_diagnose_to, templates=templates, out=out)
    failed = 0
    with ExitStack() as held:
        if jobs > 1 and len(folders) > 1:
            pool = held.enter_context(ProcessPoolExecutor(min(jobs, len(folders)), get_context("spawn")))
            told = pool.map(work, folders)
        else:
            told = map(work, folders)
        for line, is_right in told:
            click.echo(line, err=not is_right)
            failed += not is_right
    if failed:
        raise InvalidInput(f"{failed} of {len(folders)} cases could not be read")


def _diagnose_to(folder: Path, templates: Templates, out: Path) -> tuple[str, bool]:
    """Writes the answer of one case into `out`; the line to print, and False where the case can't be read."""
    try:
        case = read_case(folder)
        diagnosis = _find(case, templates)
        text = _answer(case, templates, diagnosis)
    except TocsinError as error:
        return f"{folder.name}: {error}", False
    _write(out, case.name, text)
    first = diagnosis.hypotheses[0]
    return f"{case.name}  {first.probability:5.1%}  {first.cause}  {first.asset_code}", True


def _find(case: Case, templates: Templates) -> Diagnosis:
    grid = Grid.build(case.sensors, case.readings, ts_ms=case.ts_ms)
    return find_causes(case.network, grid, templates, sensor=case.asked, ts_ms=case.ts_ms)


def _answer(case: Case, templates: Templates, diagnosis: Diagnosis) -> str:
    """The answer as JSON, with the signs that the watch would have raised while the readings came in."""
    signs = early_signs(case.network, case.sensors, case.readings, templates, shipped_watch_figures())
    return json.dumps(answer(diagnosis, signs), ensure_ascii=False)


def _write(out: Path, name: str, text: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def print_diagnosis(case: Case, diagnosis: Diagnosis, language: str, zone: ZoneInfo) -> None:
    """The answer for a person: causes ranked, where, whom to call, and the evidence for and against."""
    from rich.console import Console

    words = shipped_words()
    console = Console(highlight=False)
    when = datetime_from_ms(diagnosis.ts_ms).astimezone(zone)
    console.print(
        f"[bold]{case.names[diagnosis.sensor]}[/bold] {diagnosis.quantity} at {diagnosis.asset_code}, {when:%Y-%m-%d %H:%M}"
    )
    console.print(case_story(case, diagnosis, language, zone), soft_wrap=True)
    for hypothesis in diagnosis.hypotheses:
        if hypothesis.probability >= SHOWN_SHARE:
            console.print()
            console.print(f"[bold]{hypothesis.probability:6.1%}  {words.labels[hypothesis.cause].in_language(language)}[/bold]")
            _print_place(console, case, hypothesis, language)
            for evidence in hypothesis.evidence[:SHOWN_EVIDENCE]:
                sensor = case.names[evidence.sensor] if evidence.sensor is not None else ""
                colour = "green" if evidence.supports else "red"
                console.print(
                    f"        [{colour}]{evidence.weight:+5.1f}[/{colour}]  {tell(evidence, sensor, language, zone)}",
                    soft_wrap=True,
                )
    console.print()
    for body in diagnosis.call:
        owner = words.owners[body.owner].in_language(language) if body.owner in words.owners else body.owner
        why = words.labels[body.cause if body.reason == "cause" else "symptom"].in_language(language)
        console.print(f"call    [bold]{owner}[/bold]: {why}")
    print_outlook(console, outlook(case, diagnosis), language)


def _print_place(console: "Console", case: Case, hypothesis: Hypothesis, language: str) -> None:
    if not hypothesis.asset_code:
        return
    words = shipped_words()
    kind = words.kinds[case.network.kind[case.network.position[hypothesis.asset_code]]].in_language(language)
    console.print(f"        {kind} {hypothesis.asset_code}, {hypothesis.lon:.6f} {hypothesis.lat:.6f}")
    if len(hypothesis.way) > 1:
        hours = hypothesis.travel_time_s / 3600
        console.print(f"        way {' > '.join(hypothesis.way)}, {hours:.1f} h")

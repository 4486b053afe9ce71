"""The answer for a person: a table a step, with ranges."""

from typing import TYPE_CHECKING

from tocsin.base.words import Word
from tocsin.hazchem.releases.queries.answers import CaseAnswer, RangedDistance, StepAnswer
from tocsin.hazchem.releases.shown.citations import range_in, source_in
from tocsin.hazchem.releases.shown.words import consequence_words

if TYPE_CHECKING:
    from rich.console import Console


def print_case(console: "Console", answer: CaseAnswer, language: str) -> None:
    """Title and weather, then each step."""
    head = consequence_words().head
    console.print(f"[bold]{answer.title}[/bold]  {answer.substance} {answer.cas}", soft_wrap=True)
    weather = answer.weather
    console.print(
        f"{head['weather'].in_language(language)}: {weather.stability}, {weather.wind_m_s:g} m/s, {weather.temperature_c:g} °C, "
        f"{weather.terrain}; {head['range'].in_language(language)}: {'/'.join(weather.stabilities)}, "
        f"{' / '.join(f'{one:g}' for one in weather.winds_m_s)} m/s",
        soft_wrap=True,
    )
    for left_out in weather.left_out:
        console.print(f"{head['left_out'].in_language(language)}: {left_out}", soft_wrap=True)
    for number, step in enumerate(answer.steps, 1):
        _print_step(console, number, step, language)


def _print_step(console: "Console", number: int, step: StepAnswer, language: str) -> None:
    from rich.table import Table

    words = consequence_words()
    head = {name: word.in_language(language) for name, word in words.head.items()}
    notes = "; ".join(_word(words.notes, note, language) for note in step.notes)
    console.print()
    console.print(f"[bold]{number}  {_word(words.models, step.model, language)}[/bold]  {notes}", soft_wrap=True)
    if step.figures:
        table = Table(head["figure"], head["value"], head["range"], head["unit"])
        for figure in step.figures:
            table.add_row(
                _word(words.figures, figure.name, language), f"{figure.value:.4g}", _span(figure.low, figure.high), figure.unit
            )
        console.print(table)
    if step.distances:
        table = Table(head["threshold"], head["level"], head["distance"], head["range"])
        for one in step.distances:
            table.add_row(
                _word(words.thresholds, one.threshold, language),
                f"{one.level:.4g} {one.level_unit}",
                _reach(one.verdict, one.distance_m, language),
                _reaches(one, language),
            )
        console.print(table)
    if step.points:
        table = Table(head["point"], head["figure"], head["value"], head["range"], head["unit"])
        for point in step.points:
            value = point.outside if point.value is None else f"{point.value:.4g}"
            span = "" if point.low is None or point.high is None else _span(point.low, point.high)
            table.add_row(point.point, _word(words.figures, point.name, language), value, span, point.unit)
        console.print(table)
    if step.valid:
        console.print(f"[dim]{head['valid']}: {'; '.join(range_in(one, language) for one in step.valid)}[/dim]", soft_wrap=True)
    console.print(f"[dim]{head['source']}: {source_in(step.source, language)}[/dim]", soft_wrap=True)


def _word(words: dict[str, Word], code: str, language: str) -> str:
    """A word by its code; a level of the case's own has none, and is its code."""
    return words[code].in_language(language) if code in words else code


def _span(low: float, high: float) -> str:
    return "" if low == high else f"{low:.4g} – {high:.4g}"


def _reach(verdict: str, distance_m: float, language: str) -> str:
    word = consequence_words().verdicts[verdict].in_language(language)
    return word if verdict == "nowhere" else f"{word} {distance_m:.4g}".strip()


def _reaches(one: RangedDistance, language: str) -> str:
    if (one.low_verdict, one.low_m) == (one.high_verdict, one.high_m):
        return ""
    return f"{_reach(one.low_verdict, one.low_m, language)} – {_reach(one.high_verdict, one.high_m, language)}"

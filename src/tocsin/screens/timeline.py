"""Lines of a time line in words: a table of acts to which every subject adds its own.

A subject lists its lines beside what else is shown of it, and `portal/catalogue/` names the list in `TIME_LINES`:

    LINES = time_lines({"order_lead": gettext_lazy("%(unit)s leads from now on")}, line_figures)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from tocsin.screens.words import Words

type Figures = Mapping[str, Any]
type TellFigures = Callable[[str, Figures], Mapping[str, str]]


@dataclass(frozen=True)
class Line:
    """An act, the sentence that tells it, and how the places of the sentence are filled from the figures kept with the act."""

    act: str
    words: Promise | str
    figures: TellFigures | None = None


def time_lines(words: Mapping[str, Promise | str], figures: TellFigures | None = None) -> tuple[Line, ...]:
    """The lines of one subject: sentences by act, whose figures are told alike."""
    return tuple(Line(act, sentence, figures) for act, sentence in words.items())


def gather_lines(names: Iterable[str]) -> dict[str, Line]:
    """All lines by act, from the lists of that name; ValueError where two subjects tell the same act."""
    known: dict[str, Line] = {}
    for name in names:
        for line in import_string(name.replace(":", ".")):
            if line.act in known:
                raise ValueError(f"{name} tells {line.act!r} once more")
            known[line.act] = line
    return known


def sentence_of(act: str, figures: Figures, words: Mapping[str, str], plain: Mapping[str, str] | None = None) -> str:
    """The act as a sentence; an act that nobody tells is its own name.

    Its places are filled by `words`, then by its own figures, then by `plain` ones; a place that nothing fills is a dash.
    """
    line = _lines().get(act)
    if line is None:
        return act
    own = line.figures(act, figures) if line.figures else {}
    return (str(line.words) % Words({**(plain or {}), **own, **words})).strip()


@cache
def _lines() -> dict[str, Line]:
    return gather_lines(settings.TIME_LINES)

"""By which row a substance counts: the named one, else the class with the least critical quantity; mixtures as themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from tocsin.base.errors import InvalidInput
from tocsin.engine.major_hazard.held import Held
from tocsin.engine.major_hazard.tables import HazardClass, Substance, Tables, plain_name


class Note(StrEnum):
    """What a reader of a line should know."""

    CLASSES_NOT_USED = "classes_not_used"  # named in table 1, which goes before table 2
    CONTENT_ASSUMED = "content_assumed"  # the row depends on the content, which is not told
    SEVERAL_ROWS = "several_rows"  # one name, several rows: the least critical quantity
    BELOW_CONTENT = "below_content"  # named, with less than the row's content: counts by its classes
    MIXTURE_AS_PURE = "mixture_as_pure"
    MIXTURE_BY_CLASS = "mixture_by_class"
    WITHOUT_CLASS = "without_class"  # none of the dangers of GB 18218
    SEVERAL_CLASSES = "several_classes"  # the least critical quantity of them


@dataclass(frozen=True)
class Weight:
    """The row a substance counts by: table 1 or 2 and its number or symbol; both None, and no quantity counts, where it has none
    of the dangers of the standard. `critical_t` in tonnes.
    """

    row: Substance | HazardClass | None
    beta_table: int | None
    notes: tuple[Note, ...]

    @property
    def table(self) -> Literal[1, 2] | None:
        """Table 1 names substances, table 2 classes."""
        if self.row is None:
            return None
        return 1 if isinstance(self.row, Substance) else 2

    @property
    def label(self) -> str:
        """The row in its table: a number or a symbol."""
        if self.row is None:
            return ""
        return str(self.row.number) if isinstance(self.row, Substance) else self.row.symbol

    @property
    def critical_t(self) -> float | None:
        """The critical quantity."""
        return self.row.critical_t if self.row else None

    @property
    def beta(self) -> float | None:
        """The factor of table 3 or 4."""
        return self.row.beta if self.row else None


def weigh(held: Held, tables: Tables) -> Weight:
    """The row of one substance (GB 18218-2018, 4.1.2, 4.2.3 and 4.3.3).

    InvalidInput where it is neither named in table 1 nor classified, or a class is none of table 2.
    """
    if held.mixture is not None:
        return _weigh_mixture(held, held.mixture.classes, tables)
    found, notes = _named(held, tables)
    if found is not None:
        unused = (Note.CLASSES_NOT_USED,) if held.classes and not _covers(found.classes, held.classes) else ()
        return Weight(found, found.beta_table, (*notes, *unused))
    if held.classes is None:
        raise InvalidInput(
            "%(substance)s is not named in table 1 of GB 18218: give the classes of table 2 that it has, such as W5.3; none ([]) "
            "where it has none of these dangers.",
            substance=held.substance or held.cas,
        )
    return _by_class(held.classes, tables, notes)


def _weigh_mixture(held: Held, classes: Sequence[str], tables: Tables) -> Weight:
    """A mixture of the class of its pure substance counts whole as that substance; of another class, by its own class."""
    found, notes = _named(held, tables)
    if found is not None and classes and _covers(found.classes, classes) and _covers(classes, found.classes):
        return Weight(found, found.beta_table, (*notes, Note.MIXTURE_AS_PURE))
    return _by_class(classes, tables, (Note.MIXTURE_BY_CLASS,))


def _named(held: Held, tables: Tables) -> tuple[Substance | None, tuple[Note, ...]]:
    name, cas = held.names_it
    rows = tables.by_name.get(name) or (tables.by_cas.get(cas, ()) if cas else ())
    notes: list[Note] = []
    if limited := [one for one in rows if one.above_percent and plain_name(one.zh) != name]:
        if held.content_percent is None:
            notes.append(Note.CONTENT_ASSUMED)
        elif out := [one for one in limited if held.content_percent <= one.above_percent]:
            rows = [one for one in rows if one not in out]
            notes.append(Note.BELOW_CONTENT)
    if not rows:
        return None, tuple(notes)
    if len(rows) > 1:
        notes.append(Note.SEVERAL_ROWS)
    return min(rows, key=lambda one: (one.critical_t, -one.beta, one.number)), tuple(notes)


def _by_class(symbols: Sequence[str], tables: Tables, notes: tuple[Note, ...]) -> Weight:
    classes = [tables.hazard_class(symbol) for symbol in symbols]
    if not classes:
        return Weight(None, None, (*notes, Note.WITHOUT_CLASS))
    several = (Note.SEVERAL_CLASSES,) if len(set(symbols)) > 1 else ()
    return Weight(min(classes, key=lambda one: (one.critical_t, -one.beta)), 4, (*notes, *several))


def _covers(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    """Whether each class of `narrow` is one of `wide`, or a part of one, or its chapter."""
    return all(any(one == of or one.startswith(f"{of}.") or of.startswith(f"{one}.") for of in wide) for one in narrow)

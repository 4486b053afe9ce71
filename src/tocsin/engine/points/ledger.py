"""The lines of a day's ledger as text, and back: what is written is enough to reckon the same day again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.points.figures import Part
from tocsin.engine.points.scorer import PARTS_OF_EVIDENCE, Count, Facts, Relief, Scored, new_counts

START: Final = "start"  # evidence: days since the object entered the register
LIMIT: Final = "limit"  # brings the sum into 0 to 100
APPEAL: Final = "appeal"  # evidence: number of the appeal, the reason it was won against, the fact's key, hundredths granted
TODAY: Final = "today"  # evidence: weights on time, late, missed; counts in no score
PART_CODES: Final = {part: part.name.lower() for part in Part}
_PARTS: Final = {code: part for part, code in PART_CODES.items()}
_TODAY = (Count.TODAY_ON_TIME, Count.TODAY_LATE, Count.TODAY_MISSED)
_OF_BODY = [*((PART_CODES[part], columns) for part, columns in PARTS_OF_EVIDENCE.items()), (START, (Count.AGE_DAYS,))]
_BODY = ",".join(f'["{code}",%d,[{",".join(["%d"] * len(columns))}]]' for code, columns in _OF_BODY)  # of every object


@dataclass(frozen=True)
class Line:
    """One line: why, how many hundredths of a point, and what shows it."""

    code: str
    hundredths: int
    evidence: tuple[Any, ...] = ()


@dataclass(frozen=True)
class FactSource:
    """Where a fact comes from: its key, its days, and the appeal that was won against it, if any."""

    key: str
    began_on: date
    ended_on: date | None = None
    appeal: str = ""


@dataclass(frozen=True)
class ReliefSource:
    """The appeal behind one relief, and what it granted."""

    appeal: str
    granted: int


def write_lines(
    counts: NDArray[np.int32],
    facts: Facts,
    sources: Sequence[FactSource],
    relief: Relief,
    appeals: Sequence[ReliefSource],
    scored: Scored,
) -> list[str]:
    """The lines of each object as JSON text. `sources` has one entry a fact, `appeals` one a relief."""
    more: dict[int, list[str]] = {}
    for row, number, taken, source in zip(facts.row.tolist(), facts.kind.tolist(), scored.taken.tolist(), sources, strict=True):
        kind = facts.kinds[number]
        ended = source.ended_on.isoformat() if source.ended_on else None
        lines = more.setdefault(row, [])
        lines.append(_text(kind, taken, [source.key, source.began_on.isoformat(), ended]))
        if source.appeal:
            lines.append(_text(APPEAL, -taken, [source.appeal, kind, source.key, 0]))
    given = zip(relief.row.tolist(), relief.part.tolist(), scored.given_back.tolist(), appeals, strict=True)
    for row, part, hundredths, one in given:
        more.setdefault(row, []).append(_text(APPEAL, hundredths, [one.appeal, PART_CODES[Part(part)], "", one.granted]))
    for row in np.flatnonzero(scored.limit).tolist():
        more.setdefault(row, []).append(_text(LIMIT, int(scored.limit[row]), []))
    today = counts[:, _TODAY]
    for row in np.flatnonzero(today.any(axis=1)).tolist():
        on_time, late, missed = today[row].tolist()
        more.setdefault(row, []).append(f'["{TODAY}",0,[{on_time},{late},{missed}]]')
    columns: list[NDArray[np.int32]] = []
    for number, (_code, evidence) in enumerate(_OF_BODY):
        points = scored.parts[:, number] if number < len(Part) else scored.start
        columns += [points, *counts[:, evidence].T]
    texts = ("[" + _BODY % tuple(values) for values in np.column_stack(columns).tolist())
    return [f"{text},{','.join(more[row])}]" if row in more else f"{text}]" for row, text in enumerate(texts)]


def read_lines(text: str) -> list[Line]:
    """The lines of a ledger's day; ValueError for a text that is none."""
    return [Line(code, hundredths, tuple(evidence)) for code, hundredths, evidence in json.loads(text)]


@dataclass(frozen=True)
class Restored:
    """What the lines of one object say of its day: `counts` int32[len(Count)], its facts and reliefs with their sources."""

    counts: NDArray[np.int32]
    facts: tuple[tuple[str, FactSource], ...]
    relief: tuple[tuple[Part, ReliefSource], ...]


def restore(lines: Sequence[Line]) -> Restored:
    """The inputs behind the lines, so that the same day is reckoned again without any other table."""
    counts = new_counts(1)[0]
    facts: list[tuple[str, FactSource]] = []
    relief: list[tuple[Part, ReliefSource]] = []
    for line in lines:
        match line.code:
            case code if code in _PARTS:
                counts[list(PARTS_OF_EVIDENCE[_PARTS[code]])] = line.evidence
            case "start":
                counts[Count.AGE_DAYS] = line.evidence[0]
            case "today":
                counts[list(_TODAY)] = line.evidence
            case "limit":
                continue
            case "appeal":
                appeal, against, key, granted = line.evidence
                if against in _PARTS:
                    relief.append((_PARTS[against], ReliefSource(appeal, granted)))
                else:
                    facts = [(kind, _appealed(one, appeal) if (kind, one.key) == (against, key) else one) for kind, one in facts]
            case kind:
                key, began, ended = line.evidence
                facts.append((kind, FactSource(key, date.fromisoformat(began), date.fromisoformat(ended) if ended else None)))
    return Restored(counts, tuple(facts), tuple(relief))


_BODY_CODES: Final = [code for code, _columns in _OF_BODY]
_BODY_COLUMNS: Final = [column for _code, columns in _OF_BODY for column in columns]


def restore_many(
    texts: Sequence[str],
) -> tuple[NDArray[np.int32], list[tuple[int, str, FactSource]], list[tuple[int, Part, ReliefSource]]]:
    """The inputs behind the lines of many objects, as `restore` gives those of one: counts int32[n, len(Count)], facts and
    reliefs with their row. ValueError for a text that does not begin with the lines that every object has.
    """
    body: list[list[int]] = []
    facts: list[tuple[int, str, FactSource]] = []
    relief: list[tuple[int, Part, ReliefSource]] = []
    today: list[tuple[int, list[int]]] = []
    plain = len(_OF_BODY)
    for row, text in enumerate(texts):
        lines = json.loads(text)
        if [one[0] for one in lines[:plain]] != _BODY_CODES:
            raise ValueError(f"these are no lines of a day: {text[:80]}")
        body.append([number for one in lines[:plain] for number in one[2]])
        if len(lines) > plain:
            rest = restore([Line(code, hundredths, tuple(evidence)) for code, hundredths, evidence in lines[plain:]])
            facts += [(row, kind, source) for kind, source in rest.facts]
            relief += [(row, part, source) for part, source in rest.relief]
            if rest.counts.any():
                today.append((row, rest.counts[list(_TODAY)].tolist()))
    counts = new_counts(len(texts))
    counts[:, _BODY_COLUMNS] = np.array(body, np.int32).reshape(len(texts), len(_BODY_COLUMNS))
    for row, numbers in today:
        counts[row, list(_TODAY)] = numbers
    return counts, facts, relief


def gather(
    day: date,
    facts: Sequence[tuple[int, str, FactSource]],
    relief: Sequence[tuple[int, Part, ReliefSource]],
) -> tuple[Facts, list[FactSource], Relief, list[ReliefSource]]:
    """Columns of facts (row, kind, source) and reliefs (row, part, source) as `score` takes them for that day."""
    kinds = tuple(sorted({kind for _row, kind, _source in facts}))
    places = {kind: place for place, kind in enumerate(kinds)}
    columns = Facts(
        kinds=kinds,
        row=np.array([row for row, _kind, _source in facts], np.int32),
        kind=np.array([places[kind] for _row, kind, _source in facts], np.int16),
        since=np.array([(day - source.began_on).days for _row, _kind, source in facts], np.int32),
        ended=np.array([_ended(day, source) for _row, _kind, source in facts], np.int32),
        void=np.array([bool(source.appeal) for _row, _kind, source in facts], np.bool_),
    )
    reliefs = Relief(
        row=np.array([row for row, _part, _source in relief], np.int32),
        part=np.array([part for _row, part, _source in relief], np.int8),
        hundredths=np.array([source.granted for _row, _part, source in relief], np.int32),
    )
    return columns, [source for _row, _kind, source in facts], reliefs, [source for _row, _part, source in relief]


def _ended(day: date, source: FactSource) -> int:
    """Days since the end; -1 while it lasts. What ends on a day no longer lasts on it."""
    return -1 if source.ended_on is None or source.ended_on > day else (day - source.ended_on).days


def _appealed(source: FactSource, appeal: str) -> FactSource:
    return FactSource(source.key, source.began_on, source.ended_on, appeal)


def _text(code: str, hundredths: int, evidence: list[Any]) -> str:
    return json.dumps([code, hundredths, evidence], ensure_ascii=False, separators=(",", ":"))

"""The comparison as the tables of docs/work-status.md: Markdown."""

import math
from collections.abc import Sequence

from tocsin.workshop.accuracy.work.episodes import EITHER_HIDDEN, HOUR_MS, KINDS, KindScore, score_kind
from tocsin.workshop.accuracy.work.folders import Compared
from tocsin.workshop.accuracy.work.states import (
    PRESENT,
    THERE,
    UNKNOWN,
    Row,
    accuracy,
    brier,
    confusion,
    f1_by_state,
    known,
    macro_f1,
    reliability,
    share,
)
from tocsin.workshop.accuracy.work.worlds import beside, worlds_of

BEGIN, END = "<!-- tables -->", "<!-- end of tables -->"
SOON_MS = 3 * HOUR_MS


def tables(compared: Compared) -> str:
    """All tables for what has answers; where there are several worlds, first all beside each other, then each by itself."""
    worlds = worlds_of(compared) if compared.days else {}
    title = "Worlds beside each other" if len(worlds) > 1 else "With intervals"
    parts = [f"### {title}", _table(*beside(worlds))] if worlds else []
    if len(worlds) < 2:
        return "\n\n".join([*parts, *_tables(compared)]) + "\n"
    for name, part in worlds.items():
        parts += [f"## World: {name}", *_tables(part)]
    return "\n\n".join(parts) + "\n"


def _tables(compared: Compared) -> list[str]:
    parts = []
    if compared.days:
        parts += [
            "### Episodes",
            _episodes(compared),
            "Hidden production by how it is done (an episode may have several manners):",
        ]
        parts += [_manners(compared), "### Daily state", _states(compared.days)]
        parts += ["By trade:", _trades(compared), "What was taken for what:", _confusion(compared.days)]
        parts += ["### Does p_working hold", _bands(compared.days)]
    if compared.shifts:
        parts += ["### Duty", _duty(compared.shifts), _confusion(compared.shifts), "### Does p_present hold"]
        parts += [_bands(compared.shifts)]
    return parts


def with_tables(page: str, text: str) -> str:
    """The page with the part between its marks replaced; ValueError where it has no marks."""
    head, begun, rest = page.partition(BEGIN)
    _, ended, tail = rest.partition(END)
    if not (begun and ended):
        raise ValueError(f"no {BEGIN} … {END} in the page")
    return f"{head}{BEGIN}\n\n{text}\n{END}{tail}"


def _episodes(compared: Compared) -> str:
    head = (
        "kind",
        "true",
        "named",
        "precision",
        "recall",
        "F1",
        "false a firm and year",
        "median delay",
        "found within 3 h, of all",
    )
    scores = [score_kind(kind, compared.true, compared.named, compared.firm_days) for kind in (EITHER_HIDDEN, *KINDS)]
    return _table(head, [_kind_row(score) for score in scores])


def _kind_row(score: KindScore) -> list[str]:
    delays = score.delays_ms
    median = f"{delays[len(delays) // 2] / HOUR_MS:.1f} h" if delays else ""
    soon = f"{sum(delay <= SOON_MS for delay in delays) / len(score.true):.0%}" if score.true else ""
    name = score.kind if score.kind == EITHER_HIDDEN else f"`{score.kind}`"
    rates = [_figure(one) for one in (score.precision, score.recall, score.f1, score.false_a_firm_and_year)]
    return [name, str(len(score.true)), str(len(score.named)), *rates, median, soon]


def _manners(compared: Compared) -> str:
    """Of each manner of hidden production how many are found, as either kind and as the true one."""
    either = score_kind(EITHER_HIDDEN, compared.true, compared.named, compared.firm_days).true
    alike = {one.span for kind in KINDS[:2] for one in score_kind(kind, compared.true, compared.named, 1).true if one.found}
    lines = []
    for manner in sorted({manner for one in either for manner in one.span.manners}):
        part = [one for one in either if manner in one.span.manners]
        delays = sorted(one.delay_ms for one in part if one.delay_ms is not None)
        counts = [len(part), sum(one.found for one in part), sum(one.span in alike for one in part)]
        median = f"{delays[len(delays) // 2] / HOUR_MS:.1f} h" if delays else ""
        lines.append([manner, *map(str, counts), _figure(counts[1] / counts[0]), median])
    return _table(("manner", "true", "found", "as the true kind", "recall", "median delay"), lines)


def _states(rows: Sequence[Row]) -> str:
    head = ("days", "rows", "macro-F1", "without unknown", "unknown", "accuracy of the rest", "Brier")
    parts = [("all", list(rows))]
    parts += [(f"evidence {name}", [row for row in rows if row.evidence == name]) for name in ("rich", "thin", "dead")]
    parts += [(f"ordered stop: {name}", [row for row in rows if row.ordered == name]) for name in ("none", "part", "whole")]
    by_state = ", ".join(f"{state} {value:.2f}" for state, value in f1_by_state(known(rows)).items())
    return _table(head, [[name, *_state_row(chosen)] for name, chosen in parts if chosen]) + f"\n\nF1 by state: {by_state}."


def _state_row(rows: Sequence[Row]) -> list[str]:
    figures = (macro_f1(rows), macro_f1(known(rows)), share(rows, lambda row: row.told == UNKNOWN), accuracy(rows))
    return [str(len(rows)), *map(_figure, figures), _figure(brier(rows), 4)]


def _trades(compared: Compared) -> str:
    head = ("trade", "firms", "macro-F1 of days", "Brier", "Brier, whole order", "hidden P", "R", "false a firm and year")
    lines = []
    for trade in sorted(set(compared.trade.values())):
        part = compared.of_firms({firm for firm, its in compared.trade.items() if its == trade})
        hidden = score_kind(EITHER_HIDDEN, part.true, part.named, part.firm_days)
        whole = [row for row in part.days if row.ordered == "whole"]
        briers = [_figure(brier(part.days), 4), _figure(brier(whole), 4)]
        rates = [_figure(one) for one in (hidden.precision, hidden.recall, hidden.false_a_firm_and_year)]
        lines.append([f"`{trade}`", str(len(part.trade)), _figure(macro_f1(part.days)), *briers, *rates])
    return _table(head, lines)


def _duty(rows: Sequence[Row]) -> str:
    there = [row for row in rows if row.true in PRESENT]
    inside = [row for row in rows if row.true in THERE]
    wrong = [share(chosen, lambda row: row.told == "absent") for chosen in (there, inside)]
    head = ("shifts", "rows", "macro-F1", "without unknown", "unknown", "accuracy of the rest", "Brier")
    parts = [("all", list(rows))]
    parts += [(f"evidence {name}", [row for row in rows if row.evidence == name]) for name in ("rich", "thin", "dead")]
    parts += [(f"`{role}`", [row for row in rows if row.group == role]) for role in sorted({row.group for row in rows})]
    table = _table(head, [[name, *_state_row(chosen)] for name, chosen in parts if chosen])
    told = f"Called absent of those at their post: {wrong[0]:.2%}; of all in the plant: {wrong[1]:.2%}."
    by_state = ", ".join(f"{state} {value:.2f}" for state, value in f1_by_state(known(rows)).items())
    return f"{table}\n\n{told} F1 by state: {by_state}."


def _confusion(rows: Sequence[Row]) -> str:
    counts = confusion(rows)
    true, told = sorted({one for one, _ in counts}), sorted({one for _, one in counts})
    return _table(("true \\ told", *told), [[state, *(str(counts.get((state, one), "")) for one in told)] for state in true])


def _bands(rows: Sequence[Row]) -> str:
    lines = [
        [f"{band.low:.0%} to {band.high:.0%}", str(band.rows), f"{band.mean:.1%}", f"{band.true:.1%}"]
        for band in reliability(rows)
    ]
    return _table(("told between", "how often", "mean told", "true"), lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _figure(value: float, digits: int = 3) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"

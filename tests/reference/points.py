"""The score of one object in plain Python, with fractions, to compare the vectorised one with."""

from fractions import Fraction

from tocsin.engine.points.figures import Figures
from tocsin.engine.points.scorer import Count

C = Count


def half_up(value: Fraction) -> int:
    """Nearest whole number, halves away from zero."""
    return int(abs(value) + Fraction(1, 2)) * (1 if value >= 0 else -1)


def exact(value: float) -> Fraction:
    """The decimal that a policy file says, not its nearest binary."""
    return Fraction(str(value))


def mean(pairs: list[tuple[int, int]]) -> Fraction | None:
    """Mean of kept over asked where anything is asked."""
    shares = [min(Fraction(kept, asked), Fraction(1)) for asked, kept in pairs if asked]
    return sum(shares, Fraction(0)) / len(shares) if shares else None


def part_values(c: list[int], f: Figures) -> list[Fraction | None]:
    """Each part 0-1; None: nothing of it is asked."""
    tasks = (
        min((c[C.TASKS_ON_TIME] + exact(f.late_credit) * c[C.TASKS_LATE]) / Fraction(c[C.TASKS_DUE]), Fraction(1))
        if c[C.TASKS_DUE]
        else None
    )
    overdue = exact(f.ordinary_overdue) * c[C.OVERDUE_ORDINARY] + exact(f.major_overdue) * c[C.OVERDUE_MAJOR]
    hazards = max(Fraction(0), 1 - overdue) if c[C.CHECKS] or overdue else exact(f.no_check)
    monitoring = None
    if c[C.SENSORS]:
        online = min(Fraction(c[C.SENSORS_ONLINE], c[C.SENSORS]), Fraction(1))
        handled = min(Fraction(c[C.ALARMS_IN_TIME], c[C.ALARMS]), Fraction(1)) if c[C.ALARMS] else Fraction(1)
        monitoring = exact(f.online_share) * online + (1 - exact(f.online_share)) * handled
    persons = mean([(c[k], c[k + 1]) for k in (C.CERTIFICATES, C.SHIFTS, C.TRAININGS)])
    return [tasks, hazards, monitoring, persons, mean([(c[C.COMMITMENTS], c[C.COMMITMENTS_KEPT])])]


def one_score(counts: list[int], facts: list[tuple[str, int, int]], f: Figures) -> tuple[list[int], list[int], int]:
    """Points of the five parts, what each fact (kind, days since it began, days since it ended or -1) takes, and the score."""
    values = part_values(counts, f)
    weights = [
        exact(one.weight) if v is not None or one.not_asked is not None else Fraction(0)
        for one, v in zip(f.parts, values, strict=True)
    ]
    total = sum(weights)
    parts = []
    for one, value, weight in zip(f.parts, values, weights, strict=True):
        stands = value if value is not None else exact(one.not_asked or 0)
        parts.append(half_up(10_000 * weight / total * stands) if total else 0)
    taken = []
    for kind, since, ended in facts:
        rule = f.deductions.get(kind)
        days = max(ended, 0) if rule and rule.whole_while_open else since
        taken.append(
            -half_up(rule.hundredths * max(Fraction(0), min(Fraction(1), 1 - Fraction(days, rule.decay_days)))) if rule else 0
        )
    fresh = max(Fraction(0), 1 - Fraction(counts[C.AGE_DAYS], f.start_days))
    score = sum(parts) + half_up(fresh * (f.start_hundredths - sum(parts))) + sum(taken)
    return parts, taken, max(0, min(10_000, score))


def band_name(score: int, f: Figures) -> str:
    """The band by asking each in turn."""
    yellow, blue, green = f.bands
    found = [
        name
        for name, low, high in (("red", 0, yellow), ("yellow", yellow, blue), ("blue", blue, green), ("green", green, 10_001))
        if low <= score < high
    ]
    (only,) = found  # none or two would be a gap or an overlap
    return only


def walk(bands: list[str], step_days: int) -> list[str]:
    """Colours of an object that is new on the first day, by looking back over all its days."""
    ladder = ["red", "yellow", "blue", "green"]
    standing: str | None = None
    shown = []
    for day, band in enumerate(bands):
        if band == "grey":
            shown.append("red" if standing == "red" else "grey")
            continue
        if standing is None or ladder.index(band) < ladder.index(standing):
            standing = band
        elif ladder.index(band) > ladder.index(standing):
            target = ladder.index(standing) + 1
            last = bands[max(0, day - step_days + 1) : day + 1]
            if len(last) == step_days and all(one != "grey" and ladder.index(one) >= target for one in last):
                standing = ladder[target]
        shown.append(standing)
    return shown

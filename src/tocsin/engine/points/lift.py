"""What lifts an object by a band: the cheapest choice among things that it can do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Act:
    """One thing that can be done: `key` names it, `effort` is the city's weight of the work (policy, any unit)."""

    key: str
    effort: float


@dataclass(frozen=True)
class Option:
    """A choice within one group: what it gains in hundredths, and the acts that it takes."""

    gain: int
    acts: tuple[Act, ...] = ()

    @property
    def effort(self) -> float:
        """The sum of its acts' efforts."""
        return sum(one.effort for one in self.acts)


@dataclass(frozen=True)
class Lift:
    """The cheapest list, what it takes and gains."""

    acts: tuple[Act, ...]
    effort: float
    gain: int


def cheapest_lift(groups: Iterable[Sequence[Option]], need: int) -> Lift | None:
    """One option of each group, so that the gains sum to `need` hundredths or more with the least effort; None where no choice
    does. Exact: of two choices with the same gain only the cheaper can be part of the best one. Within a group gains need not
    add up (two overdue tasks may gain more than twice one), which is why a group lists its choices whole.

    >>> task, finding = Act("task", 1.0), Act("finding", 4.0)
    >>> cheapest_lift([[Option(300, (task,))], [Option(900, (finding,))]], 500).acts[0].key
    'finding'
    """
    best: dict[int, tuple[float, tuple[Act, ...]]] = {0: (0.0, ())}
    for group in groups:
        grown = dict(best)
        for gained, (effort, acts) in best.items():
            for option in group:
                total = min(gained + option.gain, need) if need > 0 else gained
                cost = effort + option.effort
                if total not in grown or cost < grown[total][0]:
                    grown[total] = (cost, (*acts, *option.acts))
        best = _front(grown)
    reached = [(effort, acts, gain) for gain, (effort, acts) in best.items() if gain >= need]
    if not reached:
        return None
    effort, acts, gain = min(reached, key=lambda one: one[0])
    return Lift(acts, effort, gain)


def cheapest_by_weight(acts: Sequence[tuple[Act, int]]) -> dict[int, tuple[Act, ...]]:
    """For each total weight that some of the acts make up, the cheapest of the choices that do (0 is not listed)."""
    best: dict[int, tuple[Act, ...]] = {0: ()}
    for act, weight in acts:
        for total, chosen in list(best.items()):
            found = best.get(total + weight)
            if found is None or _effort(chosen) + act.effort < _effort(found):
                best[total + weight] = (*chosen, act)
    del best[0]
    return best


def _front(found: dict[int, tuple[float, tuple[Act, ...]]]) -> dict[int, tuple[float, tuple[Act, ...]]]:
    """Without choices that gain no more than a cheaper one."""
    kept: dict[int, tuple[float, tuple[Act, ...]]] = {}
    least = float("inf")
    for gain in sorted(found, reverse=True):
        if found[gain][0] < least:
            kept[gain] = found[gain]
            least = found[gain][0]
    return kept


def _effort(acts: Iterable[Act]) -> float:
    return sum(one.effort for one in acts)

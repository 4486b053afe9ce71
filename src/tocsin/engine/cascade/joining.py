"""Risks that meet: causes that exclude each other, several ways, several alarms, joined at one site."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.engine.cascade.branches import Branch

PASS_ON, ADD_UP, EVOLVE, ESCALATE = "pass_on", "add_up", "evolve", "escalate"
COUPLINGS = (PASS_ON, ADD_UP, EVOLVE, ESCALATE)


@dataclass(frozen=True)
class Given:
    """What may happen at one site given a cause: `site` names event and place, `harm` is the number of persons hurt if it
    happens, `networks` how many owners' assets its likeliest chain touches, `changes` how many of its steps stay in one place.
    """

    site: tuple[str, str]
    probability: float
    harm: float
    networks: int = 1
    changes: int = 0


@dataclass(frozen=True)
class Outlook:
    """One alarm's view: its hypotheses (name, probability) exclude each other; `given`: what may follow from each. Alarms of one
    `group` (a case) see the same event.
    """

    group: str
    hypotheses: Mapping[str, tuple[float, tuple[Given, ...]]]


@dataclass(frozen=True)
class Risk:
    """A hazard at a site over all that is known: `shares`: (group, cause) and how much of the probability comes from it;
    `level` of the policy; `couplings`: in which ways risks are coupled here.
    """

    site: tuple[str, str]
    probability: float
    harm: float
    level: int
    shares: tuple[tuple[str, str, float], ...]
    couplings: tuple[str, ...]

    @property
    def expected(self) -> float:
        """Persons hurt times probability."""
        return self.probability * self.harm


def either(probabilities: Iterable[float]) -> float:
    """That at least one of independent things happens: 1 - ∏(1 - p)."""
    return 1.0 - math.prod(1.0 - one for one in probabilities)


def merge(branches: Iterable[Branch]) -> dict[tuple[str, int], tuple[float, Branch]]:
    """By event and asset: the probability given the cause over all chains, taken as independent, and the likeliest chain."""
    by_site: dict[tuple[str, int], list[Branch]] = defaultdict(list)
    for branch in branches:
        by_site[branch.event, branch.asset].append(branch)
    return {
        site: (either(one.probability for one in met), max(met, key=lambda one: (one.probability, -len(one.steps))))
        for site, met in by_site.items()
    }


def join(outlooks: Iterable[Outlook], levels: tuple[tuple[int, float], ...]) -> list[Risk]:
    """All risks, the greatest expected harm first.

    Hypotheses of one alarm exclude each other, so theirs are summed (law of total probability). Alarms of one group tell of the
    same event: the greatest counts. Groups are taken as independent: 1 - ∏(1 - p).
    """
    by_site: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    shares: dict[tuple[str, str], list[tuple[str, str, float]]] = defaultdict(list)
    known: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for outlook in outlooks:
        own: dict[tuple[str, str], float] = defaultdict(float)
        for cause, (probability, given) in outlook.hypotheses.items():
            for one in given:
                own[one.site] += probability * one.probability
                shares[one.site].append((outlook.group, cause, probability * one.probability))
                known[one.site].append(one)
        for site, probability in own.items():
            by_site[site][outlook.group] = max(by_site[site].get(outlook.group, 0.0), min(1.0, probability))
    risks = []
    for site, groups in by_site.items():
        harm = max(one.harm for one in known[site])
        probability = either(groups.values())
        level = level_of(probability * harm, levels)
        couplings = [PASS_ON] if any(one.networks > 1 for one in known[site]) else []
        couplings += [ADD_UP] if len(groups) > 1 else []
        couplings += [EVOLVE] if any(one.changes > 0 for one in known[site]) else []
        couplings += [ESCALATE] if level > max(level_of(one * harm, levels) for one in groups.values()) else []
        ordered = sorted(shares[site], key=lambda one: (-one[2], one[:2]))
        risks.append(Risk(site, probability, harm, level, tuple(ordered), tuple(couplings)))
    return sorted(risks, key=lambda one: (-one.expected, -one.probability, one.site))


def level_of(expected: float, levels: tuple[tuple[int, float], ...]) -> int:
    """The highest level whose least expected harm is reached; 0 below all."""
    return max((level for level, least in levels if expected >= least), default=0)

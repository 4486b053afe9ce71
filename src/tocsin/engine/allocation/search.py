"""What was reached so far, and how each goal is reached without giving that up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.allocation.arcs import Arcs, arrivals, cost_of, missing_of, short_of
from tocsin.engine.allocation.hand import by_hand
from tocsin.engine.allocation.model import Case, Stage
from tocsin.engine.allocation.nearby import improve_nearby
from tocsin.engine.allocation.programme import Solved
from tocsin.engine.allocation.question import Question
from tocsin.engine.allocation.relaxation import Priced, Relaxation

SLACK: Final = 1e-6
FEW, MANY = 600, 4_000  # arcs that HiGHS solves to the end, and those with which it finds something at all
ENOUGH: Final = 1_000  # arcs that a choice has at the least
SPARE_ARCS: Final = 1.3  # of each need, so many times its quantity stays in the choice
PROVED: Final = 1e-4
BETWEEN_LOOKS_S: Final = 2.0  # HiGHS looks at the clock so seldom where many arcs are held to a cost
DEAREST: Final = 0.7  # of the time that is left, for the cost of a large case
PRICING, BEGINNING, LOOKING = 0.2, 0.25, 0.75  # shares of a goal's time

type Given = NDArray[np.float64]


@dataclass
class Search:
    """An allocation along `arcs` that gets better. `left()`: seconds that may still be spent."""

    case: Case
    arcs: Arcs
    left: Callable[[], float]
    given: Given
    stages: list[Stage] = field(default_factory=list)
    within: float = np.inf
    missing: float = np.inf
    cost: float = np.inf
    short: float = np.inf
    near: NDArray[np.int64] | None = None  # the arcs worth looking at, where all are too many to prove anything

    def serve(self) -> None:
        """As little as can be is missing, by weight."""
        bound = self._improve(Question.price_missing, self._missing) if self._missing(self.given) > SLACK else 0.0
        self.missing = self._missing(self.given)
        self.stages.append(Stage("served", self.missing, bound))

    def hurry(self) -> None:
        """The last part is there as early as can be: the first of the moments within which as much can be served."""
        moments = self._moments()
        first, last, unproved = 0, len(moments) - 1, False  # all is there at the last one
        probe = first
        while first < last and self.left() > 0:
            found, proved = self._served_within(float(moments[probe]))
            if found is not None:
                self.given = found
                last = min(probe, int(np.searchsorted(moments, self._arrival(found) - SLACK)))
            else:
                unproved |= not proved
                first = probe + 1
            probe = (first + last) // 2
        self.within = self._arrival(self.given)
        reached = float(moments[0 if unproved else first]) if len(moments) else 0.0
        if self._loads and first > 0 and not unproved:
            reached = float(
                moments[first - 1]
            )  # within that minute it can't be done; what happens within the next is not looked at
        self.stages.append(Stage("arrival", self.within, min(reached, self.within)))

    def save(self) -> None:
        """The least money: prices tell below what nothing can be and which arcs are worth looking at."""
        chosen = np.flatnonzero(self.arcs.minutes <= self.within + SLACK)
        arcs = self.arcs.only(chosen)
        relaxation = Relaxation(self.case, arcs, within=self.within, missing=self.missing)
        share, most = self._share(), self.left()
        if len(chosen) > FEW:
            share = max(share, most * DEAREST)
        target = self._cost(self.given)
        priced = relaxation.price(
            relaxation.start(), target=target, left=lambda: self.left() - most + share * PRICING, enough=PROVED
        )
        if len(chosen) > FEW and share > 0:
            self._look_nearby(chosen, relaxation, priced, lambda: self.left() - most + share * LOOKING)
        bound = min(priced.bound - SLACK * abs(priced.bound), self._cost(self.given))
        if self._cost(self.given) - bound > PROVED * self._cost(self.given) and self.left() > most - share:
            open_ = priced.bound + priced.idle[arcs.store] <= self._cost(self.given) * (1 + SLACK)
            kept = chosen[open_ | (self.given[chosen] > 0)]
            bound = max(bound, self._improve(Question.price_cost, self._cost, chosen=kept, seconds=self.left() - most + share))
        self.cost = self._cost(self.given)
        self.stages.append(Stage("cost", self.cost, min(bound, self.cost)))
        if self.stages[-1].gap <= PROVED:
            self.near = None

    def _look_nearby(self, chosen: NDArray[np.int64], relaxation: Relaxation, priced: Priced, left: Callable[[], float]) -> None:
        """A better allocation along the arcs that are worth it at these prices."""
        planned = relaxation.vehicles(priced)
        for rank in relaxation.ranks(priced):
            by_price = np.zeros(len(self.arcs))
            by_price[chosen] = by_hand(self.case, relaxation.arcs, within=self.within, rank=rank, planned=planned)
            self._take_cheaper(by_price)
        spare = SPARE_ARCS
        while (worth := relaxation.worth(priced, spare)).sum() < min(ENOUGH, len(chosen)):
            spare *= 2
        kept = chosen[worth | (self.given[chosen] > 0)]
        self.near = kept
        question = self._question(self.within, chosen=kept)
        if len(kept) <= MANY:
            seconds = max(left(), 0.0) * (BEGINNING if len(kept) > FEW else LOOKING)
            solved = question.solve(question.price_cost(), seconds=seconds, hint=self.given)
            self._take_cheaper(self._in_pieces(question, solved, Question.price_cost))
        paid = np.bincount(self.arcs.need, weights=self.given * self.arcs.cost, minlength=len(priced.prices))
        dues = paid - priced.prices * self.case.needs.quantity
        self.given = improve_nearby(
            question,
            lambda part: self._question(self.within, chosen=part),
            Question.price_cost,
            self.given,
            dues=dues,
            value=self._cost,
            left=left,
            bound=priced.bound,
        )

    def _take_cheaper(self, found: Given | None) -> None:
        """Takes what costs less and gives up nothing that was reached."""
        if found is None or self._cost(found) >= self._cost(self.given) or not self._keeps(found):
            return
        if self._missing(found) <= self.missing + SLACK and self._arrival(found) <= self.within + SLACK:
            self.given = found

    def spare(self) -> None:
        """As little as can be falls below what shall stay, each minimum counted by the share of it that is gone.

        Where no least cost was proved, all arcs are too many to prove anything here, too: only those worth it are looked at, and
        none where HiGHS would look at the clock too late.
        """
        worth = self._short(self.given) > SLACK and self.left() > (0 if self.near is None else BETWEEN_LOOKS_S)
        near = None if self.near is None else np.union1d(self.near, np.flatnonzero(self.given))
        bound = self._improve(Question.price_short, self._short, chosen=near) if worth else 0.0
        if near is not None:
            bound = 0.0
        self.short = self._short(self.given)
        self.stages.append(Stage("reserve", self.short, bound))

    def _improve(
        self,
        price: Callable[[Question], Given],
        value: Callable[[Given], float],
        *,
        chosen: NDArray[np.int64] | None = None,
        seconds: float | None = None,
    ) -> float:
        """Takes what is better than what is there; returns below what nothing can be."""
        question = self._question(self.within, chosen=chosen, keeps=price is Question.price_short)
        solved = question.solve(price(question), seconds=self._share() if seconds is None else seconds, hint=self.given)
        found = self._in_pieces(question, solved, price)
        before = value(self.given)
        if found is not None and value(found) < before - 1e-9 * max(1.0, before):
            self.given = found
        return float(np.clip(solved.bound, 0.0, value(self.given)))

    def _served_within(self, moment: float) -> tuple[Given | None, bool]:
        """An allocation that is there by that moment and misses no more than now; or None, and whether that is proved."""
        question = self._question(moment, serve=False)
        price = question.price_missing()
        relaxed = not self.case.single and not np.isfinite(self.case.stores.vehicles).any() and not np.isfinite(self.cost)
        enough = self.missing + SLACK * max(1.0, self.missing)
        solved = question.solve(price, seconds=self._share(), relaxed=relaxed, enough=enough)
        if solved.objective > enough:
            return None, solved.bound > enough
        found = self._in_pieces(question, solved, Question.price_missing)
        if found is None or self._missing(found) > enough or not self._keeps(found):
            return None, False
        return found, True

    def _keeps(self, given: Given) -> bool:
        """Whether neither money nor minimums are worse than what was reached."""
        return self._cost(given) <= self.cost * (1 + SLACK) and self._short(given) <= self.short + SLACK * max(1.0, self.short)

    def _question(
        self,
        within: float,
        *,
        serve: bool = True,
        chosen: NDArray[np.int64] | None = None,
        pieces: bool = False,
        keeps: bool = False,
    ) -> Question:
        if chosen is None:
            chosen = np.flatnonzero(self.arcs.minutes <= within + SLACK)
        keeps |= np.isfinite(self.short)
        question = Question(self.case, self.arcs, chosen, within=within, pieces=pieces, serves=serve, keeps=keeps)
        if serve and np.isfinite(self.missing):
            question.hold(question.price_missing(), self.missing)
        if np.isfinite(self.cost):
            question.hold(question.price_cost(), self.cost)
        if np.isfinite(self.short):
            question.hold(question.price_short(), self.short)
        return question

    def _in_pieces(self, question: Question, solved: Solved, price: Callable[[Question], Given]) -> Given | None:
        """What was found, where the case wants that in whole pieces: along the arcs that it uses, else along all."""
        given = question.given(solved)
        if given is None or not self.case.whole:
            return given
        whole = np.rint(given)
        if np.abs(given - whole).max(initial=0.0) < SLACK:
            return whole
        used = np.flatnonzero((given > 0) | (self.given > 0))
        used = used[np.isin(used, question.chosen)]
        best = None
        for chosen in (used, question.chosen):
            again = self._question(question.within, serve=question.serves, chosen=chosen, pieces=True, keeps=question.keeps)
            found = again.solve(price(again), seconds=self._share(), hint=self.given)
            if found.values is not None:
                best = np.rint(cast("Given", again.given(found)))
            if found.objective <= solved.objective + SLACK * max(1.0, abs(solved.objective)) or self.left() <= 0:
                break  # no whole pieces can be better than parts of them
        return best

    def _moments(self) -> NDArray[np.float64]:
        """Moments at which the last part may be there: not before any need could be filled alone, not after what is reached."""
        earliest, latest = self._earliest(), self._arrival(self.given)
        if self._loads:
            return np.arange(np.floor(earliest), np.ceil(latest) + 1)
        minutes = np.unique(self.arcs.minutes)
        return minutes[(minutes >= earliest - SLACK) & (minutes <= latest + SLACK)]

    def _earliest(self) -> float:
        """When the slowest need would be filled if each had all stores to itself."""
        order = np.lexsort((self.arcs.minutes, self.arcs.need))
        filled = np.cumsum(self.arcs.most[order])
        starts = np.searchsorted(self.arcs.need[order], np.arange(len(self.case.needs.quantity) + 1))
        missing, earliest = missing_of(self.case, self.arcs, self.given), 0.0
        for need, (start, end) in enumerate(pairwise(starts)):
            if start == end or missing[need] > 0:
                continue
            before = filled[start - 1] if start else 0.0
            at = start + np.searchsorted(filled[start:end] - before, self.case.needs.quantity[need] * (1 - 1e-9))
            earliest = max(earliest, float(self.arcs.minutes[order[min(at, end - 1)]]))
        return earliest if self.missing <= SLACK else 0.0

    @property
    def _loads(self) -> bool:
        return bool((self.case.stores.loading[self.arcs.store] > 0).any())

    def _share(self) -> float:
        """Seconds for one step: not all that is left while other goals wait."""
        waiting = len(self.case.goals) + 1 - len(self.stages)
        return self.left() / min(max(waiting, 1), 2)

    def _missing(self, given: Given) -> float:
        return float(missing_of(self.case, self.arcs, given) @ self.case.needs.weight)

    def _cost(self, given: Given) -> float:
        return cost_of(self.case, self.arcs, given)

    def _short(self, given: Given) -> float:
        return float((short_of(self.case, self.arcs, given) / np.maximum(self.case.minimums.quantity, 1e-9)).sum())

    def _arrival(self, given: Given) -> float:
        return float(arrivals(self.case, self.arcs, given).max(initial=0.0))

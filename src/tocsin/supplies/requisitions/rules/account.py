"""The account of what was taken: every unit is back whole, back damaged, consumed, lost, or still open. Pure."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Account:
    """One line of a requisition, in thousandths.

    `inside`: what the ledger has of it, `at_hand` of that what can be given back now, `out` what deliveries carry or have lent;
    these are of goods of the catalogue alone (`kept`).
    """

    taken: int
    whole: int = 0
    damaged: int = 0
    consumed: int = 0
    lost: int = 0
    kept: bool = False
    inside: int = 0
    at_hand: int = 0
    out: int = 0

    @property
    def back(self) -> int:
        """What its owner has again."""
        return self.whole + self.damaged

    @property
    def open(self) -> int:
        """What nobody has accounted for."""
        return self.taken - self.back - self.consumed - self.lost

    @property
    def away(self) -> int:
        """What has left the store for good and is not accounted for: used up, or lost.

        >>> Account(taken=10, whole=2, consumed=3, kept=True, inside=2, at_hand=2, out=1).away
        2
        """
        return max(0, self.open - self.inside - self.out) if self.kept else self.open


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What one row of a return list says."""

    whole: int = 0
    damaged: int = 0
    consumed: int = 0
    lost: int = 0

    @property
    def sum(self) -> int:
        """All of the row."""
        return self.whole + self.damaged + self.consumed + self.lost


class Accounting(StrEnum):
    """Whether a row of a return list fits the account."""

    FITS = "fits"
    NOTHING = "nothing"
    TOO_MUCH = "too_much"  # more than is open
    NOT_AT_HAND = "not_at_hand"  # the ledger has it reserved, or it is still out with a delivery
    STILL_THERE = "still_there"  # what lies in the store, or is out with a delivery, is neither consumed nor lost


def judge_return(account: Account, row: Returned) -> Accounting:
    """Does the row fit what is open, and what the ledger has?

    >>> judge_return(Account(taken=10, kept=True, inside=4, at_hand=4), Returned(whole=4, consumed=6))
    <Accounting.FITS: 'fits'>
    >>> judge_return(Account(taken=10, kept=True, inside=4, at_hand=4), Returned(whole=4, consumed=7))
    <Accounting.TOO_MUCH: 'too_much'>
    >>> judge_return(Account(taken=10, kept=True, inside=4, at_hand=4), Returned(whole=5))
    <Accounting.NOT_AT_HAND: 'not_at_hand'>
    >>> judge_return(Account(taken=10, kept=True, inside=4, at_hand=4), Returned(lost=7))
    <Accounting.STILL_THERE: 'still_there'>
    """
    if min(row.whole, row.damaged, row.consumed, row.lost) < 0 or not row.sum:
        return Accounting.NOTHING
    if row.sum > account.open:
        return Accounting.TOO_MUCH
    if account.kept and row.whole + row.damaged > account.at_hand:
        return Accounting.NOT_AT_HAND
    if account.kept and row.consumed + row.lost > account.away:
        return Accounting.STILL_THERE
    return Accounting.FITS

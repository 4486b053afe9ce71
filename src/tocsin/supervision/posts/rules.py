"""Words of rosters, leave and swaps, and roll calls, and how tables of shifts are read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from math import exp
from typing import Final

from tocsin.engine.duty.shift import Sign, Verdict


class ChangeState(StrEnum):
    """Where a wish for leave or a swap stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Means(StrEnum):
    """How a roll call was answered."""

    PHONE_PAGE = "phone_page"
    TERMINAL = "terminal"
    TELEPHONE = "telephone"
    FIRM = "firm"


TOLD_BY_FIRM: Final = "told_by_firm"
"""As a vote beside those of `engine.duty.Sign`: what the firm itself says."""


def speaks_for(source: str, value: float) -> bool:
    """Whether a sign that the firm tells says that somebody is there: no exit, no call without an answer."""
    return value > 0.0 if source in (Sign.GATE, Sign.TERMINAL_LOGIN, Sign.CAMERA_MATCH) else value >= 0.0


def with_word_of_firm(verdict: Verdict, log_odds: float) -> Verdict:
    """The verdict with the firm's own word: a light vote that moves the probability and never the state.

    >>> from tocsin.engine.duty import DutyState
    >>> told = with_word_of_firm(Verdict("p", 0, DutyState.ABSENT, 0.05, (("gate", -2.0),)), 0.3)
    >>> told.state, round(told.p_present, 3), told.votes
    (<DutyState.ABSENT: 'absent'>, 0.066, (('gate', -2.0), ('told_by_firm', 0.3)))
    """
    odds = exp(log_odds) * verdict.p_present
    present = odds / (odds + 1.0 - verdict.p_present)
    votes = sorted((*verdict.votes, (TOLD_BY_FIRM, log_odds)), key=lambda one: -abs(one[1]))
    return replace(verdict, p_present=present, votes=tuple(votes))


LAPSED: Final = "lapsed"
"""State of a call whose shift ended before it ran out, beside those of `engine.duty.CallState`."""


class CertificateStatus(StrEnum):
    """What the register says of a certificate."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "person": ("人员编号", "工号", "姓名", "人员"),
    "role": ("角色", "职务"),
    "post": ("岗位", "值班岗位"),
    "start": ("开始", "开始时间", "上班时间", "班次开始"),
    "end": ("结束", "结束时间", "下班时间", "班次结束"),
    "leave": ("请假", "是否请假"),
}
"""Columns of a roster and what offices call them."""
NEEDED: Final = ("person", "start", "end")
_YES: Final = ("1", "yes", "y", "true", "是", "请假", "√")
_NO: Final = ("", "0", "no", "n", "false", "否", "×")


def read_flag(text: str) -> bool:
    """Yes or no in either language; ValueError for anything else."""
    known = text.strip().lower()
    if known in _YES:
        return True
    if known in _NO:
        return False
    raise ValueError(text)


ROLL_CALL: Final = "roll_call"  # purposes of notices: 查岗, answer within minutes
PRESENCE: Final = "presence"  # a key post of a firm that nobody fills
ON_POST: Final = "on_post"  # as what somebody is told: 在岗, planned at a key post of a firm
FIRM: Final = "firm"  # 企业: its own post
COMPETENT: Final = "competent"  # 监管部门 of the firm
SUPERIOR: Final = "superior"


def leaves_a_gap(posts: Iterable[tuple[Collection[str], int]], there: Sequence[str], role: str) -> bool:
    """Whether somebody of a role who seems to be missing leaves a post short that has to be filled now: only then is it an
    exception for which somebody is called. `posts`: roles and number of people of each; `there`: the roles of those who are not
    missing.

    >>> posts = [(("principal", "shift_leader"), 1)]
    >>> [leaves_a_gap(posts, there, role) for there, role in ((["shift_leader"], "principal"), ([], "principal"), ([], "driver"))]
    [False, True, False]
    """
    return any(role in roles and sum(one in roles for one in there) < number for roles, number in posts)


def calls_left(begun: int, most: int, begun_around: int, most_around: int) -> bool:
    """Whether the machine may begin another roll call today: in the firm, and in the county by the people who may look there."""
    return begun < most and begun_around < most_around

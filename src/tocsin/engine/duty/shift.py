"""What is known of one planned shift of one person, and the verdict on it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Sign(StrEnum):
    """Where a sign of presence comes from."""

    GATE = "gate"  # 1 in, 0 out
    POSITIONING = "positioning"  # distance of the card from the post, m
    ROLL_CALL = "roll_call"  # seconds until the answer, -1 no answer
    TERMINAL_LOGIN = "terminal_login"  # 1 in, 0 out
    PHONE_LOCATION = "phone_location"  # distance of the phone from the post, km
    CAMERA_MATCH = "camera_match"  # likeness of the face, 0-1
    PERMIT_SIGNATURE = "permit_signature"  # 1


class DutyState(StrEnum):
    """Whether a person was on post."""

    ON_POST = "on_post"
    ABSENT = "absent"
    NOT_FIT = "not_fit"
    NOT_REACHABLE = "not_reachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Certificate:
    """One certificate of a person; valid through the day `expires`. `status`: `valid`, `expired` or `revoked`, as the register
    holds it, which may be late.
    """

    name: str
    issued: date | None
    expires: date | None
    status: str


@dataclass(frozen=True, eq=False)
class Signs:
    """Signs of one person by rising `ts`: `source` uint8 (index into `tuple(Sign)`), `ts` int64 (Unix ms), `value` float64."""

    source: NDArray[np.uint8]
    ts: NDArray[np.int64]
    value: NDArray[np.float64]


@dataclass(frozen=True)
class PlannedShift:
    """One row of the roster. `leave`: approved leave or swap; such a shift is not asked about."""

    person: str
    role: str
    post: str
    start_ms: int
    end_ms: int
    leave: bool


@dataclass(frozen=True)
class Verdict:
    """`p_present`: probability that the person is at the post, fit or not. `votes`: (sign, log-odds it added), heaviest first."""

    person: str
    start_ms: int
    state: DutyState
    p_present: float
    votes: tuple[tuple[str, float], ...] = ()

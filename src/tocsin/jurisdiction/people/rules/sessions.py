"""When a session is over, and what must come first in it. Values in, a verdict out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tocsin.jurisdiction.rights.rules import Role


class SessionVerdict(StrEnum):
    """What a session is good for now."""

    OPEN = "open"
    IDLE = "idle"  # nobody used it for too long
    TOO_OLD = "too_old"  # it began too long ago
    PASSWORD_FIRST = "password_first"  # noqa: S105 - no password: the one-time password is to be changed
    SECOND_STEP_FIRST = "second_step_first"  # the second step is to be set up
    SECOND_STEP_WAITS = "second_step_waits"  # it is to be set up, and may wait some days on this machine

    @property
    def is_over(self) -> bool:
        """True where the person has to sign in again."""
        return self in (SessionVerdict.IDLE, SessionVerdict.TOO_OLD)

    @property
    def is_open(self) -> bool:
        """True where nothing has to come first."""
        return self in (SessionVerdict.OPEN, SessionVerdict.SECOND_STEP_WAITS)


@dataclass(frozen=True)
class SignIn:
    """How a session began and when it was used last (seconds since 1970); kept in the session itself."""

    began_at: float
    seen_at: float
    second_step: bool = False
    provider: bool = False  # an OpenID provider vouched for the person
    here: bool = False  # in a browser of the machine itself, with no proxy between


def judge_session(
    sign_in: SignIn,
    *,
    now: float,
    idle_s: float,
    longest_s: float,
    one_time_password: bool,
    second_step_demanded: bool,
    second_step_waits_until: float = 0.0,
) -> SessionVerdict:
    """The end of a session comes before anything that it may lack. `now` in seconds since 1970.

    Until `second_step_waits_until`, too, whoever signed in on the machine itself may put the second step off.
    """
    if now - sign_in.began_at >= longest_s:
        return SessionVerdict.TOO_OLD
    if now - sign_in.seen_at >= idle_s:
        return SessionVerdict.IDLE
    if one_time_password:
        return SessionVerdict.PASSWORD_FIRST
    if second_step_demanded and not sign_in.second_step:
        waits = sign_in.here and now < second_step_waits_until
        return SessionVerdict.SECOND_STEP_WAITS if waits else SessionVerdict.SECOND_STEP_FIRST
    return SessionVerdict.OPEN


def second_step_demanded(roles: Iterable[Role], *, demanded_of: Collection[Role], break_glass: bool) -> bool:
    """Must a person with these roles show a code after the password? Who has none may be asked for one and then has it."""
    return not break_glass and any(role in demanded_of for role in roles)

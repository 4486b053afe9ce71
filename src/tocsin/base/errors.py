"""Errors sorted at the border: what was asked wrongly, and what may work when tried again."""


class TocsinError(Exception):
    """Anything Tocsin raises on purpose."""


class Refusal(TocsinError):
    """A request that is understood and not granted.

    The text says what, where and how to mend it; `code` is stable and goes into the API's answer.
    """

    code = "refused"


class NotAllowed(Refusal):
    """The person's roles and regions do not reach this."""

    code = "not_allowed"


class InvalidInput(Refusal):
    """The input can't be read or contradicts itself."""

    code = "invalid_input"


class Conflict(Refusal):
    """The object is no longer in a state that allows this."""

    code = "conflict"


class Unavailable(TocsinError):
    """A part that is needed does not answer now; the same call may work later."""

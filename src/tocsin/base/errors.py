"""Errors sorted at the border: what was asked wrongly, and what may work when tried again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_translate: list[Callable[[str], str]] = []


def use_translation(translate: Callable[[str], str]) -> None:
    """From here on errors are told in the language of whoever reads them."""
    _translate[:] = [translate]


@contextmanager
def translated_by(translate: Callable[[str], str]) -> Iterator[None]:
    """Within it errors are told by that translation; behind it as before, whoever set another one meanwhile."""
    before = list(_translate)
    use_translation(translate)
    try:
        yield
    finally:
        _translate[:] = before


class TocsinError(Exception):
    """Anything Tocsin raises on purpose.

    The text is English with places such as `%(line)s` for what is `named`; it becomes the reader's language when it is shown.

    >>> str(InvalidInput("at line %(line)s %(why)s", line=3, why=InvalidInput("no table")))
    'at line 3 no table'
    """

    def __init__(self, text: str = "", **named: object) -> None:
        super().__init__(text)
        self.named = named

    @property
    def in_english(self) -> str:
        """For who programs: the same text whoever reads it."""
        text = str(self.args[0]) if self.args else ""
        named = {name: one.in_english if isinstance(one, TocsinError) else one for name, one in self.named.items()}
        return text % named if named else text

    def __str__(self) -> str:
        text = str(self.args[0]) if self.args else ""
        told = _translate[0](text) if text and _translate else text
        return told % self.named if self.named else told


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


class SettingRefused(InvalidInput, ValueError):
    """A variable of the environment that can't be read; the text names it, and never what a secret says."""


class Conflict(Refusal):
    """The object is no longer in a state that allows this."""

    code = "conflict"


class Unavailable(TocsinError):
    """A part that is needed does not answer now; the same call may work later."""

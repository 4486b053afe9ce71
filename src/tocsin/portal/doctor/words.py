"""The words of `tocsin doctor`, without Django: its settings make a data folder, and the doctor makes none."""

import gettext as catalogues
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path

from tocsin.base.errors import translated_by

LOCALE = Path(__file__).resolve().parents[2] / "locale"
_FOLDERS = {"zh": "zh_Hans"}
_ENGLISH = catalogues.NullTranslations()
_TOLD: ContextVar[catalogues.NullTranslations] = ContextVar("the words of the doctor", default=_ENGLISH)


class Language(StrEnum):
    """What the doctor speaks."""

    CHINESE = "zh"
    ENGLISH = "en"


def language_of(environment: Mapping[str, str]) -> Language:
    """The language of a terminal by its variables, the first that is set, as POSIX orders them; English for any other.

    >>> language_of({"LANG": "zh_CN.UTF-8"}).value, language_of({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}).value
    ('zh', 'en')
    """
    told = next(filter(None, (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return Language.CHINESE if told.lower().startswith("zh") else Language.ENGLISH


@contextmanager
def spoken(language: Language) -> Iterator[None]:
    """Within it the doctor and all errors speak that language; English where the words are not compiled."""
    before = _TOLD.set(_words(language, LOCALE))
    try:
        with translated_by(_TOLD.get().gettext):
            yield
    finally:
        _TOLD.reset(before)


def _words(language: Language, locale: Path) -> catalogues.NullTranslations:
    path = locale / _FOLDERS.get(language, language) / "LC_MESSAGES" / "django.mo"
    try:
        with path.open("rb") as compiled:
            return catalogues.GNUTranslations(compiled)
    except (OSError, UnicodeDecodeError):  # a broken file of words is a finding of `versions`, and stops no look
        return _ENGLISH


def told(message: str, **named: object) -> str:
    """The message in the language that is spoken, its places `%(name)s` filled by what is named."""
    text = _TOLD.get().gettext(message)
    return text % named if named else text


def pgettext(context: str, message: str) -> str:
    """A word that means several things, as the one that the context tells."""
    return _TOLD.get().pgettext(context, message)


@contextmanager
def errors_as_now() -> Iterator[None]:
    """Whoever within it says how errors are told is not heard afterwards: Django does when it is set up."""
    with translated_by(_TOLD.get().gettext):
        yield


def asked_language() -> Language:
    """That of the terminal in which the command was called."""
    return language_of(os.environ)

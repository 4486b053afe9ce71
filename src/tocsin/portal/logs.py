"""What processes write to standard error: a line for each record, as text or as JSON, never a secret of another library."""

import logging
import os
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from tocsin.base.log_fields import log_fields
from tocsin.base.tracing import trace_fields
from tocsin.portal.log_throttle import Throttle

FORMATS: Final = ("text", "json")

KEYS = re.compile(r"(/(?:n|q)/)[\w.=-]{20,}")
"""Addresses that are keys: one-time links (`notices.messages.rules.links`), printed codes (`supervision.objects.rules.codes`)."""

CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(0x80, 0xA0), 0x2028, 0x2029)}
"""A text from outside can't begin a line of its own or steer a terminal."""
CONTROL_IN_JSON = {code: f"\\u{code:04x}" for code in CONTROL}

LONGEST_MESSAGE: Final = 4_000
LONGEST_STACK: Final = 20_000
OF_ONE_PLACE: Final = 300
"""Lines in a minute that one place in the code writes. Places are few, strangers are many: so a stranger can't fill the disk."""
OF_ALL_PLACES: Final = 6_000

# Libraries that tell addresses and headers of their requests below this level, with the keys in them.
QUIET = ("apprise", "httpcore", "httpx", "nats", "oauthlib", "requests", "requests_oauthlib", "urllib3")
# Refusals, which `portal.middleware.RefusalsTold` tells with who and from where: of these only failures.
TOLD_BY_US = ("django.request", "django.security.csrf")

_process = "command"


def name_process(name: str) -> None:
    """Under this name the lines of this process stand from here on; until then it is a command."""
    global _process
    _process = name


class OneLine(logging.Formatter):
    """`2026-11-24T08:00:00.123+00:00 WARNING name message (loop=relay-events)`; only a traceback follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - the name of logging
        return _moment(record)

    def format(self, record: logging.LogRecord) -> str:
        """The line, its traceback below it; an address that is a key is told by its form, whoever tells it."""
        return KEYS.sub(r"\1…", super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = _cut(record.message, LONGEST_MESSAGE)
        line = super().formatMessage(record)
        if fields := {**log_fields(), **trace_fields()}:
            line += f" ({' '.join(f'{name}={value}' for name, value in fields.items())})"
        if more := _left_out(record):
            line += f" (… {more} more of this line in the minute before)"
        return line.translate(CONTROL)


class JsonLine(logging.Formatter):
    """One JSON object a line: time, level, process, pid, logger, message, what is bound, the stack of a failure in one text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; keys in addresses are cut out of all of it."""
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname,
            "process": _process,
            "pid": os.getpid(),
            "logger": record.name,
            "message": _cut(record.getMessage(), LONGEST_MESSAGE),
            **log_fields(),
            **trace_fields(),
        }
        if record.exc_info:
            line["stack"] = _cut(self.formatException(record.exc_info), LONGEST_STACK)
        elif record.stack_info:
            line["stack"] = _cut(record.stack_info, LONGEST_STACK)
        if more := _left_out(record):
            line["left_out"] = more
        text = msgspec.json.encode(_storable(line)).decode()
        return KEYS.sub(r"\1…", text.translate(CONTROL_IN_JSON))


class Repeats(logging.Filter):
    """Of one place in the code so many lines in a minute; the first of the next minute tells how many were left out.

    What is asked for by TOCSIN_LOG_LEVEL=DEBUG is told whole.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._throttle = Throttle(of_one=OF_ONE_PLACE, of_all=OF_ALL_PLACES)
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a line that is left out."""
        if record.levelno <= logging.DEBUG:
            return True
        with self._lock:
            silent = self._throttle.tell(f"{record.pathname}:{record.lineno}:{record.levelno}", self._clock())
        record.left_out = silent or 0
        return silent is not None


def logging_settings(level: str, shape: str) -> dict[str, Any]:
    """Django's LOGGING, with the operator's level for everything of ours, in one of FORMATS."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": JsonLine if shape == "json" else OneLine}},
        "filters": {"repeats": {"()": Repeats}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["repeats"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {**{name: {"level": "WARNING"} for name in QUIET}, **{name: {"level": "ERROR"} for name in TOLD_BY_US}},
    }


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _left_out(record: logging.LogRecord) -> int:
    return int(getattr(record, "left_out", 0))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most} characters more)"


def _storable(line: dict[str, object]) -> dict[str, object]:
    """Half of a surrogate pair, which a path from outside may hold, is no text of UTF-8."""
    return {
        name: value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
        for name, value in line.items()
    }

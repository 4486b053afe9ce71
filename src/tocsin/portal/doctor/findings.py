"""One thing that was looked at: what is so, and how it is mended."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """How it stands with one thing."""

    GOOD = "good"
    UNKNOWN = "unknown"  # it could not be looked at; the text says why
    WARNING = "warning"  # it works, and will not always
    BAD = "bad"  # something does not start or is not safe


class Finding(msgspec.Struct, frozen=True):
    """`area` is one of a few nouns (`ports`, `disk`), `name` the thing in it: the same in every language. `mend` is empty where
    nothing is to be done; `title` is the name as people read it, where the words of `report` do not have it."""

    area: str
    name: str
    verdict: Verdict
    text: str
    mend: str = ""
    title: str = ""


class Report(msgspec.Struct, frozen=True):
    """All findings in the order of the looks, and the worst of their verdicts."""

    version: str
    data: str
    verdict: Verdict
    findings: tuple[Finding, ...]


_ORDER = (Verdict.GOOD, Verdict.UNKNOWN, Verdict.WARNING, Verdict.BAD)


def worst(findings: Iterable[Finding]) -> Verdict:
    """The verdict of all together.

    >>> worst([Finding("ports", "1883", Verdict.WARNING, "taken"), Finding("disk", "free", Verdict.GOOD, "8 GB")]).value
    'warning'
    """
    return max((one.verdict for one in findings), key=_ORDER.index, default=Verdict.GOOD)

"""What a checker enters about a report on a phone, and what becomes of it: values in, verdicts out."""

from enum import StrEnum
from typing import Literal

from tocsin.fieldwork.rules import ActData
from tocsin.mobilisation.hazard_reports.rules.states import ReportState


class CheckAct(StrEnum):
    """What a checker does about a report away from the desk."""

    CHECK = "check"  # what was found, in words: the signature of this one of the two
    PHOTO = "photo"
    NOTE = "note"


class CheckData(ActData, frozen=True, kw_only=True):
    """What an act of a check may carry."""

    verdict: Literal["", "true", "partly_true", "not_true"] = ""


class CheckVerdict(StrEnum):
    """What an act of a check did."""

    KEPT = "kept"  # a photo, a note
    WAITS = "waits"  # signed: the other one has not written anything down yet
    AGREED = "agreed"  # both say the same: the desk goes on
    DIFFERS = "differs"  # the other one found something else, and is asked again
    TOO_LATE = "too_late"  # the report had gone on meanwhile: it is kept, and changes nothing
    OLDER = "older"  # the same person had said something later, which came before it: it is kept, and changes nothing


CONFLICTS = (CheckVerdict.DIFFERS, CheckVerdict.TOO_LATE, CheckVerdict.OLDER)


def judge_signature(*, after: ReportState, other_had_signed: bool) -> CheckVerdict:
    """What a signature did, from where the report stands after it and whether the other one had signed something before.

    >>> judge_signature(after=ReportState.ASSIGNED, other_had_signed=True)
    <CheckVerdict.DIFFERS: 'differs'>
    """
    if after is not ReportState.ASSIGNED:
        return CheckVerdict.AGREED
    return CheckVerdict.DIFFERS if other_had_signed else CheckVerdict.WAITS

"""News of diagnoses, answers, findings, priors and causes."""

import msgspec


class DiagnosisMade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The machine has ranked possible causes of an alarm; the first of them is named here."""

    alarm_id: str
    diagnosis_id: str
    cause: str
    probability: float


class AnswerEntered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A crew's measurement or an answer by telephone has been weighed in; an empty `outcome`: does not know."""

    alarm_id: str
    answer_id: str
    check: str
    outcome: str


class AnswerWithdrawn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer no longer counts."""

    alarm_id: str
    answer_id: str


class FindingRecorded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People found the true cause of an alarm, or corrected what they found: a known cause, "other" or "not_found"."""

    alarm_id: str
    finding_id: str
    cause: str


class PriorsReset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The priors of a region learn anew from here on."""

    region_code: str

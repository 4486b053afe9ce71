"""What a volunteer says with an act: one shape for phone, link, telephone and API."""

from tocsin.fieldwork.rules import ActData
from tocsin.mobilisation.volunteers.rules.calls import DeclineReason


class CallData(ActData, frozen=True, kw_only=True):
    """What an act upon a call may carry."""

    reason: DeclineReason | None = None

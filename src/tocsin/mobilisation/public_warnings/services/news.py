"""What others hear of a warning: its draft moves, it goes out, it ends."""

from typing import TYPE_CHECKING

from tocsin.bus.services import record_event
from tocsin.mobilisation.public_warnings.events import WarningDrafted, WarningEnded, WarningIssued
from tocsin.mobilisation.public_warnings.queries.reach import counties_of

if TYPE_CHECKING:
    from tocsin.mobilisation.public_warnings.models import PublicWarning


def tell_draft(warning: "PublicWarning") -> None:
    """In the transaction in which it moved."""
    event = WarningDrafted(warning_id=str(warning.pk), state=warning.state, case_id=_case_of(warning))
    record_event(event, region=warning.region_code)


def tell_issued(warning: "PublicWarning") -> None:
    """Its bytes are out."""
    event = WarningIssued(
        warning_id=str(warning.pk),
        kind=warning.kind,
        level=warning.level,
        msg_type=warning.msg_type,
        exercise=warning.exercise,
        sha256=warning.cap_sha256,
        counties=counties_of(warning),
        case_id=_case_of(warning),
    )
    record_event(event, region=warning.region_code)


def tell_ended(warning: "PublicWarning") -> None:
    """Replaced, cancelled or expired."""
    event = WarningEnded(
        warning_id=str(warning.pk), state=warning.state, counties=counties_of(warning), case_id=_case_of(warning)
    )
    record_event(event, region=warning.region_code)


def _case_of(warning: "PublicWarning") -> str:
    return str(warning.source_id) if warning.source_kind == "case" and warning.source_id else ""

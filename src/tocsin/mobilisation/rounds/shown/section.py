"""What a public warning's page shows of volunteers: the needs that it made, and the press that makes one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tocsin.jurisdiction.face import may
from tocsin.mobilisation.public_warnings.rules.states import FROZEN
from tocsin.mobilisation.public_warnings.shown.sections import WarningSection
from tocsin.mobilisation.rounds.queries.walks import WARNING, is_over, newest_of
from tocsin.mobilisation.volunteers.queries.needs import needs_in_reach, needs_of
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.shown.calls import describe_need
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.mobilisation.public_warnings.models import PublicWarning


def needs(warning: "PublicWarning", user: "Person") -> Mapping[str, Any] | None:
    """Its needs in the reader's reach; None for a draft, an exercise, or who may neither see nor call."""
    if warning.state not in FROZEN or warning.exercise:
        return None
    may_ask = may(user, rights.CALL, warning.region_code) and not is_over(newest_of(warning), current_time())
    rows = [describe_need(one) for one in needs_in_reach(needs_of(WARNING, warning.pk), user)]
    return {"needs": rows, "may_ask": may_ask, "warning_id": warning.pk} if rows or may_ask else None


SECTION = WarningSection("mobilisation/rounds/_needs.html", needs)

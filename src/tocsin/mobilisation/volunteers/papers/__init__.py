"""What is printed of a volunteer: the record of their hours, with thanks, for whoever asks for it; a code proves it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.base.keys import Purpose, key_for
from tocsin.mobilisation.volunteers.models import Volunteer
from tocsin.mobilisation.volunteers.queries.needs import served_calls
from tocsin.mobilisation.volunteers.queries.register import may_read_place, today_of
from tocsin.mobilisation.volunteers.rules.records import code_of, record_number
from tocsin.mobilisation.volunteers.rules.register import Kind
from tocsin.mobilisation.volunteers.shown.names import KIND_NAMES
from tocsin.records.papers.rules import Paper
from tocsin.screens.words import figure

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST: Final = 300  # calls on one paper; the sum is of all


def volunteer_record(user: "Person", volunteer_id: UUID, now: datetime) -> Paper:
    """The paper `volunteer_record`, for the volunteer and who may call them. Conflict where nothing was served yet."""
    found = Volunteer.objects.select_related("body", "user").filter(pk=volunteer_id, left_at=None).first()
    if found is None or not may_read_place(user, found):
        raise NotAllowed(_("There is no such volunteer, or your rights do not reach them."))
    calls = list(served_calls(found))
    if not calls:
        raise Conflict(_("There are no hours on record yet."))
    minutes = sum(one.served_min for one in calls)
    number = record_number(found.region_code, today_of(now), minutes, found.pk)
    values: dict[str, Any] = {
        "title": _("Record of voluntary service"),
        "number": number,
        "issuer": str(found.body),
        "printed_at": now,
        "facts": [
            [pgettext("paper", "Volunteer"), str(found)],
            [pgettext("paper", "As"), str(KIND_NAMES[Kind(found.kind)])],
            [pgettext("paper", "Registered with"), str(found.body)],
            [pgettext("paper", "Hours in all"), _hours(minutes)],
        ],
        "calls": {
            "title": pgettext("paper", "Calls served"),
            "head": [
                pgettext("paper", "Day"),
                pgettext("paper", "Need"),
                pgettext("paper", "What"),
                pgettext("paper", "Place"),
                pgettext("paper", "Hours"),
            ],
            "rows": [
                [_day(one.there_at), one.need.number, one.need.what, one.need.place, _hours(one.served_min)]
                for one in calls[:MOST]
            ],
        },
        "thanks": _("%(body)s thanks %(name)s for %(hours)s hours of voluntary help in emergencies.")
        % {"body": found.body, "name": found, "hours": _hours(minutes)},
        "check": {
            "title": pgettext("paper", "To check this paper"),
            "facts": [[pgettext("paper", "Number"), number], [pgettext("paper", "Code"), _code(number, str(found))]],
            "how": _("Enter number, name and code at /volunteers/records/ of this platform."),
        },
    }
    return Paper(values, "volunteer", found.pk, found.region_code)


def _code(number: str, name: str) -> str:
    return code_of(number, name, key_for(Purpose.RECORDS))


def _hours(minutes: int) -> str:
    return figure(round(minutes / 60, 1))


def _day(at: datetime | None) -> str:
    return "" if at is None else date_format(timezone.localtime(at), "Y-m-d")

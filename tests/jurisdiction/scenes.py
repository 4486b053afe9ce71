"""Rows as they must stand so that what a request names decides, and no other rule before it looks at the name.

Each scene is set for one operation or form, or one field of it, over the district and its twin alike, and undone afterwards.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.utils import timezone

from tests.jurisdiction.walk import Ids
from tests.people import LICANG, ZHIFU
from tocsin.base.ids import new_id
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.models import Grant
from tocsin.jurisdiction.rights.queries import SYSTEM_ID

type Scene = Callable[[Ids, Ids], object]


def rows(label: str, **values: Any) -> Scene:
    """All rows of a model hold these values."""
    return lambda _here, _there: apps.get_model(label)._base_manager.update(**values)


def none_of(label: str) -> Scene:
    """There is no row of the model."""
    return lambda _here, _there: apps.get_model(label)._base_manager.all().delete()


def both(*scenes: Scene) -> Scene:
    """Several at once."""

    def set_all(here: Ids, there: Ids) -> None:
        for one in scenes:
            one(here, there)

    return set_all


def person_is_of(body: str, here: Ids, there: Ids) -> None:
    """The person of each side belongs to the body of that side's row: `app.Model/name of its id/path to the body`."""
    label, named, path = body.split("/")
    for ids in (here, there):
        row = apps.get_model(label)._base_manager.get(pk=ids[named])
        for part in path.split("."):
            row = getattr(row, part)
        User.objects.filter(pk=ids["person_id"]).update(organisation_id=row.pk if hasattr(row, "pk") else row)


def person_holds(role: str, here: Ids, there: Ids) -> None:
    """The person of each side holds the role there."""
    for ids, region in ((here, LICANG), (there, ZHIFU)):
        Grant.objects.create(user_id=ids["person_id"], role=role, region_code=region)


def order_is_left(_here: Ids, _there: Ids) -> None:
    """The last step of every order is that its unit has left."""
    apps.get_model("command.Order")._base_manager.update(state="left", ended_at=None)
    apps.get_model("command.OrderEntry")._base_manager.update(act="leave", verdict="goes_on")


def asks_for_a_stop(_here: Ids, _there: Ids) -> None:
    """Every stop order waits for the first of two persons, with an inspection that was signed since."""
    now = timezone.now()
    orders = apps.get_model("supervision.StopOrder")._base_manager
    orders.update(applied_at=now, proposal={}, proposed_at=None, proposed_by=None, served_at=now - timedelta(days=9))
    orders.update(first=(now - timedelta(days=9)).date(), kind="ordered stop", resumed_on=None, resumed_at=None)
    apps.get_model("supervision.ResumptionCondition")._base_manager.update(state="met")
    signed(_here, _there)


def signed(_here: Ids, _there: Ids) -> None:
    """Every inspection was signed by both inspectors just now."""
    now = timezone.now()
    apps.get_model("supervision.Inspection")._base_manager.update(confirmed_at=now, ended_at=now, state="confirmed")


TEAM = partial(person_is_of, "jurisdiction.Roster/roster_id/organisation")
OF_THE_FIRM = partial(person_is_of, "supervision.SupervisedObject/supervised_object_id/organisation_id")
GIVEN = rows("command.Handover", given_by=SYSTEM_ID, answered_by=None, answered_at=None, accepted=None)
POWER = both(rows("sensing.Sensor", quantity="power"), none_of("supervision.MeterPeriod"))


def nobody_keeps(_here: Ids, _there: Ids) -> None:
    """Shifts run without an officer, and no handover waits."""
    none_of("command.Handover")(_here, _there)
    apps.get_model("command.Shift").officers.through.objects.all().delete()


def another_shift(here: Ids, there: Ids) -> None:
    """The shift of each side begins tomorrow and is that of a colleague."""
    begins = timezone.now() + timedelta(days=1)
    for ids in (here, there):
        colleague = apps.get_model("supervision.KeyPerson")._base_manager.get(pk=ids["key_person_id"])
        colleague.pk = new_id()
        colleague.save(force_insert=True)
        shift = apps.get_model("supervision.DutyShift")._base_manager.filter(pk=ids["duty_shift_id"])
        shift.update(person=colleague, start_at=begins, end_at=begins + timedelta(hours=8), leave=False)
    none_of("supervision.ShiftChange")(here, there)


def on_the_roster(here: Ids, there: Ids) -> None:
    """The person of each side is on its roster, every day."""
    for ids in (here, there):
        of_it = apps.get_model("jurisdiction.RosterMember")._base_manager.filter(layer__roster=ids["roster_id"])
        of_it.update(user=ids["person_id"], post=None)


def doors_are_knocked_at(_here: Ids, _there: Ids) -> None:
    """Every warning holds, and no round of its silent towns is over."""
    apps.get_model("mobilisation.PublicWarning")._base_manager.update(
        state="issued", msg_type="Alert", expires_at=timezone.now() + timedelta(days=1)
    )
    apps.get_model("mobilisation.DoorRound")._base_manager.update(done_at=None)


SCENES: dict[str, Scene] = {
    "POST /api/v1/command/duty/desks/{desk_id}/shifts": nobody_keeps,
    "POST /api/v1/command/duty/desks/{desk_id}/shifts leader_id": both(nobody_keeps, partial(person_holds, "shift_leader")),
    "POST /api/v1/command/duty/desks/{desk_id}/shifts officer_ids.[]": both(nobody_keeps, partial(person_holds, "duty_officer")),
    "POST /api/v1/command/duty/handovers/{handover_id}/answer": GIVEN,
    "POST /api/v1/command/duty/handovers/{handover_id}/answer leader_id": both(GIVEN, partial(person_holds, "shift_leader")),
    "POST /api/v1/command/duty/handovers/{handover_id}/answer officer_ids.[]": both(GIVEN, partial(person_holds, "duty_officer")),
    "POST /api/v1/command/duty/shifts/{shift_id}/leader": partial(person_holds, "shift_leader"),
    "POST /api/v1/command/orders/entries entries.[].data.corrects": order_is_left,
    "POST /api/v1/command/orders/{order_id}/calls/step data.corrects": order_is_left,
    "POST /api/v1/mobilisation/door-rounds/{door_round_id}/walks": both(
        doors_are_knocked_at, partial(person_holds, "duty_officer")
    ),
    "POST /api/v1/jurisdiction/rosters/{roster_id}/layers": TEAM,
    "POST /api/v1/jurisdiction/rosters/{roster_id}/stand-ins": TEAM,
    "POST /api/v1/jurisdiction/rosters/{roster_id}/swaps": on_the_roster,
    "POST /api/v1/supervision/electrical-points sensor_ids.[]": rows("sensing.Sensor", quantity="joint_temperature"),
    "POST /api/v1/supervision/episodes/{episode_id}/acts inspection_id": both(
        rows("supervision.Episode", kind="hidden_production"), signed
    ),
    "POST /api/v1/supervision/meter-periods/{meter_period_id}/correction": rows("sensing.Sensor", quantity="power"),
    "POST /api/v1/supervision/meters": POWER,
    "POST /api/v1/supervision/meters/table": POWER,
    "POST /api/v1/supervision/meters/{meter_id}/swaps": POWER,
    "POST /api/v1/supervision/objects/{object_id}/people username": OF_THE_FIRM,
    "PUT /api/v1/supervision/people/{key_person_id} username": OF_THE_FIRM,
    "POST /api/v1/supervision/objects/{object_id}/terminals": rows("jurisdiction.ApiToken", scopes=["evidence.send"]),
    "POST /api/v1/supervision/senders": rows("jurisdiction.ApiToken", scopes=["evidence.send"]),
    "POST /api/v1/mobilisation/warning-services/{warning_service_id}/bind": rows(
        "jurisdiction.ApiToken", scopes=["warnings.push"]
    ),
    "POST /api/v1/supervision/shifts/{duty_shift_id}/changes": another_shift,
    "POST /api/v1/supervision/stops/{stop_order_id}/proposal": asks_for_a_stop,
}
"""Of an operation, or of one field of it, which goes before."""

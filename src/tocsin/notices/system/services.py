"""A loop that keeps failing rings with the system administrators, once; a loop that works again stops it."""

from django.conf import settings
from django.db import transaction

from tocsin.base.ids import deterministic_id
from tocsin.bus.loops.standing import Health, Standing
from tocsin.jurisdiction.face import people_who_may_anywhere
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.services.delivery import supersede
from tocsin.notices.messages.services.writing import Draft, write_all
from tocsin.notices.system.rules import ADMINISTRATOR, INSTALLATION


@transaction.atomic
def ring_for_loop(standing: Standing) -> None:
    """Written past the log of events: the loop that fails may be the one that reads it."""
    now = settings.CONFIGURATION.clock.now()
    if standing.health is not Health.FAILING:
        supersede(Notice.objects.filter(purpose=INSTALLATION, key__startswith=f"loop-{standing.name}-"), now=now)
        return
    since = standing.failing_since.isoformat() if standing.failing_since else ""
    figures = {"loop": standing.name, "error": standing.error, "since": since}
    write_all(
        [
            Draft(
                INSTALLATION,
                ADMINISTRATOR,
                urgent=True,
                key=f"loop-{standing.name}-{deterministic_id('loop', standing.name, since, person.pk)}",
                person=person,
                figures=figures,
            )
            for person in people_who_may_anywhere("system.see")
        ],
        Directory(now),
    )

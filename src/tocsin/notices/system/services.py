"""A loop that keeps failing, and a backup that is late, ring with the system administrators, once; what works again stops it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from tocsin.base.ids import deterministic_id
from tocsin.bus.loops.standing import Health, Standing
from tocsin.jurisdiction.face import people_who_may_anywhere
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.services.delivery import supersede
from tocsin.notices.messages.services.writing import Draft, write_all
from tocsin.notices.system.rules import ADMINISTRATOR, BACKUP, INSTALLATION
from tocsin.records.face import late_backup, newest_backup


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


@transaction.atomic
def ring_for_backup(*, now: datetime) -> None:
    """Once for each backup after which no other came in time; what was told ends when there is one again."""
    since = late_backup(now)
    if since is None:
        supersede(Notice.objects.filter(purpose=INSTALLATION, key__startswith="backup-"), now=now)
        return
    figures = {"matter": BACKUP, "since": since.isoformat(), "ever": newest_backup() is not None}
    drafts = [
        Draft(
            INSTALLATION,
            ADMINISTRATOR,
            urgent=False,
            key=f"backup-{since:%Y%m%d%H%M%S}-{person.pk}",
            person=person,
            figures=figures,
        )
        for person in people_who_may_anywhere("system.see")
    ]
    if drafts:
        write_all(drafts, Directory(now))

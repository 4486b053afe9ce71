"""A way to make a noisy rule quieter becomes a version of the detection policy: drafted, tried, put before a second person."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.command.quality.policy import quality
from tocsin.command.quality.shown.noisy import WAY_NAMES
from tocsin.command.routing.rules import Purpose, Why
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.notices.proposals.rules import key_of
from tocsin.records.face import NewVersion, draft_version, try_version
from tocsin.warning.face import quieter_text, try_quieter

if TYPE_CHECKING:
    from tocsin.engine.tuning import Way
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import PolicyVersion

POLICY = "warning.detection"


@transaction.atomic
def propose_quieter(*, actor: "User", alarm_id: UUID, way: "Way", reason: str, now: datetime) -> "PolicyVersion":
    """Drafts the way for all sensors of the profile in the alarm's region, tries it on their past, asks those who may confirm it.

    NotAllowed without the right to edit policy there. It is in force only once another person has confirmed it.
    """
    tried = try_quieter(actor, alarm_id, since=now - timedelta(weeks=quality().proposal.weeks), until=now)
    alarm = tried.alarm
    source = _("%(way)s, tried on %(readings)s readings of one noisy sensor") % {
        "way": WAY_NAMES[way],
        "readings": tried.readings,
    }
    new = NewVersion(
        text=quieter_text(tried, way),
        region_code=alarm.region_code,
        source=source[:300],
        confidence="C",
        reason=reason.strip()[:500],
    )
    draft = draft_version(actor=actor, policy=POLICY, new=new)
    row = try_version(actor=actor, version_id=draft.pk)
    figures = {"version": str(row.pk), "alarm": str(alarm.pk), "way": way.value, "region": alarm.region_code}
    drafts = [
        Draft(Purpose.QUALITY, Why.LEADER, urgent=False, key=key_of(row.pk, person.pk), person=person, figures=figures)
        for person in people_who_may("policy.confirm", alarm.region_code)
        if person.pk != actor.pk
    ]
    write_all(drafts, Directory(now))
    return row

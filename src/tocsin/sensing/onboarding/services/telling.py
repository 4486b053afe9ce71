"""Who made keys possible hears of one that lets nobody in any more while devices are missing; once, until it is renewed."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Q

from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.sensing.onboarding.models import EnrolmentKey
from tocsin.sensing.onboarding.queries import MANAGE
from tocsin.sensing.onboarding.rules.enrolment import CLOSED_KEYS, KEY_KEEPER, lacks_devices, state_of

AT_ONCE = 200


@transaction.atomic
def tell_closed_keys(*, now: datetime) -> None:
    """Whoever manages the sensors of its region hears of each key that closed before all its devices were in."""
    closed = Q(until__lte=now, used__lt=F("most")) | Q(used__gte=F("most"), refused_at__isnull=False)
    rows = EnrolmentKey.objects.filter(closed, revoked_at=None, told_at=None).annotate(last_in=Max("enrolments__at"))
    drafts: list[Draft] = []
    for key in rows.order_by("made_at", "pk")[:AT_ONCE]:
        state = state_of(used=key.used, most=key.most, until=key.until, is_revoked=False, now=now)
        if not lacks_devices(state, used=key.used, most=key.most, last_in=key.last_in, refused_at=key.refused_at):
            continue
        EnrolmentKey.objects.filter(pk=key.pk).update(told_at=now)
        figures = {"key": str(key.pk), "name": key.name, "state": state.value, "used": key.used, "most": key.most}
        drafts += [
            Draft(
                CLOSED_KEYS,
                KEY_KEEPER,
                urgent=False,
                key=f"key-{key.pk}-{now:%Y%m%d%H%M%S}-{person.pk}",
                person=person,
                figures=figures,
            )
            for person in people_who_may(MANAGE, key.region_code)
        ]
    if drafts:
        write_all(drafts, Directory(now))


def end_ringing(key: EnrolmentKey, *, now: datetime) -> None:
    """Somebody has acted: what was told of it and is still on its way stops. Call it in a transaction."""
    supersede(Notice.objects.filter(purpose=CLOSED_KEYS, key__startswith=f"key-{key.pk}-"), now=now)

"""Volunteers hear beforehand what would keep them from being called: a new text to agree to, a certificate that expires."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tocsin.mobilisation.volunteers.models import Ability, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries.register import today_of
from tocsin.mobilisation.volunteers.rules.notices import ADMITTED, CONSENT, EXPIRES, NEWS
from tocsin.mobilisation.volunteers.rules.register import Standing
from tocsin.notices.face import Directory, Draft, write_all

AT_ONCE: Final = 100
_CALLED: Final = (Standing.CONFIRMED, Standing.PAUSED)


def remind_volunteers(*, now: datetime) -> bool:
    """Tells each matter once; True while more wait."""
    return sum((_ask_consent(now), _tell_of_certificates(now))) >= AT_ONCE


@transaction.atomic
def _ask_consent(now: datetime) -> int:
    """Who agreed to an older text than the one in force."""
    version = volunteers_policy().consent.version
    waiting = Volunteer.objects.filter(standing__in=_CALLED).exclude(consent_version=version).exclude(consent_asked=version)
    rows = list(waiting.select_for_update(of=("self",)).select_related("user").order_by("pk")[:AT_ONCE])
    drafts = [_news(one, f"volunteer-consent-{one.pk}-{version}", {"what": CONSENT, "version": version}) for one in rows]
    write_all(drafts, Directory(now))
    Volunteer.objects.filter(pk__in=[one.pk for one in rows]).update(consent_asked=version)
    return len(rows)


@transaction.atomic
def _tell_of_certificates(now: datetime) -> int:
    """Certificates that expire within so many days; one that was renewed is told of again when its new day comes near."""
    today = today_of(now)
    until = today + timedelta(days=volunteers_policy().certificate.warn_days)
    waiting = Ability.objects.filter(
        volunteer__standing__in=_CALLED, valid_until__gte=today, valid_until__lte=until, warned=False
    )
    rows = list(waiting.select_for_update(of=("self",)).select_related("volunteer__user").order_by("pk")[:AT_ONCE])
    drafts = [
        _news(
            one.volunteer,
            f"volunteer-certificate-{one.pk}-{one.valid_until}",
            {"what": EXPIRES, "skill": one.code, "until": str(one.valid_until)},
        )
        for one in rows
    ]
    write_all(drafts, Directory(now))
    Ability.objects.filter(pk__in=[one.pk for one in rows]).update(warned=True)
    return len(rows)


def _news(volunteer: Volunteer, key: str, figures: dict[str, str]) -> Draft:
    return Draft(NEWS, ADMITTED, urgent=False, key=key, person=volunteer.user, figures=figures)

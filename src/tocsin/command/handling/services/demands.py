"""Episodes of supervised firms that ask for an inspection become cases, by state: what has a case gets no second one."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import Origin
from tocsin.command.casebook.services.log import open_book
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.jurisdiction.face import system_actor
from tocsin.supervision.face import demanded_at, demands_without_case, describe_episode, note_case

if TYPE_CHECKING:
    from tocsin.supervision.face import Episode

CHANNEL = "supervision"
AT_ONCE = 20


def open_demanded_cases(*, now: datetime) -> int:
    """Opens a case for every inspection that is demanded and has none; returns how many."""
    demands = list(demands_without_case()[:AT_ONCE])
    for episode in demands:
        _open(episode, now)
    return len(demands)


@transaction.atomic
def _open(episode: "Episode", now: datetime) -> None:
    open_book(episode.region_code, actor=system_actor(), channel=CHANNEL, now=now)
    reference = f"episode:{episode.pk}"
    case = Case.objects.filter(origin=Origin.CAPABILITY.value, origin_reference=reference).first()
    if case is None:
        firm = episode.object
        with override(settings.LANGUAGE_CODE):  # words of a case are as typed by a person: in the language of the desk
            told = describe_episode(episode)
        case = open_case_by_hand(
            actor=system_actor(),
            region_code=episode.region_code,
            title=f"{told.kind_name}：{firm.name}",
            place=firm.address or firm.name,
            level=AlarmLevel[episode.level.upper()] if episode.level != "task" else AlarmLevel.BLUE,
            kind=firm.trade,
            lon=firm.lon,
            lat=firm.lat,
            text=" ".join(one.words for one in told.why),
            began_at=min(demanded_at(episode), now),
            origin=Origin.CAPABILITY,
            origin_reference=reference,
            channel=CHANNEL,
        )
    note_case(episode_id=episode.pk, number=case.number)

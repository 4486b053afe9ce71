"""Public warnings of a demonstration: an exercise, a draft that waits, and one that goes out and leaves a town silent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from tocsin.workshop.demo.public.people import person
from tocsin.workshop.demo.public.timeline import Act

if TYPE_CHECKING:
    from tocsin.mobilisation.public_warnings.models import PublicWarning

PHONES_OF_A_TOWN: Final = 14
SILENT: Final = "370213013"  # where hardly anybody opens what is sent: an old village without a signal in its houses
TOWNS: Final = ("370213006", "370213008", "370213012", SILENT)  # that the warning is for
_NUMBER: Final = "0532-0{town}-{number:04d}"  # numbers that nobody has; the town stands in them


def number_of(town: str, number: int) -> str:
    """The telephone number of one subscriber."""
    return _NUMBER.format(town=town[-3:], number=number)


def town_of(number: str) -> str:
    """The last three digits of the town of a number, however it is written; empty for any other number.

    >>> town_of(number_of("370213013", 7)), town_of("053200130007"), town_of("0532-0000-0301")
    ('013', '013', '')
    """
    found = re.fullmatch(r"05320(\d{3})\d{4}", re.sub(r"\D", "", number))
    return "" if found is None or found[1] == "000" else found[1]


def settle_subscribers(region_code: str, now: datetime) -> int:
    """Telephones of every town, taken over by who keeps channels."""
    from tocsin.jurisdiction.face import towns_within
    from tocsin.mobilisation.public_warnings.services.subscribers import NewSubscriber, take_subscribers

    rows = [
        NewSubscriber("sms", number_of(town, number), town, "en" if number == PHONES_OF_A_TOWN else "zh")
        for town in towns_within([region_code])
        for number in range(1, PHONES_OF_A_TOWN + 1)
    ]
    return take_subscribers(actor=person("sysadmin"), rows=rows, now=now)


def acts_of_warnings(region_code: str, begin: datetime) -> Iterator[Act]:
    """An exercise and a draft first; then the real one, its silent town, and the all clear."""
    exercise = _Warning(region_code, "flooding", "blue", "李沧区低洼路段", "low streets of Licang", exercise=True)
    waiting = _Warning(region_code, "heating_burst", "yellow", "李沧区石牛山路片区", "around Shiniushan Road, Licang")
    gas = _Warning(
        region_code, "gas_leak", "orange", "李村、浮山路、九水、世园街道", "Licun, Fushan Road, Jiushui and Shiyuan", units=TOWNS
    )
    minute = timedelta(minutes=1)
    yield Act(begin + 6 * minute, exercise.draft, "an exercise is drafted; it never leaves the house")
    yield Act(begin + 8 * minute, exercise.ask)
    yield Act(begin + 10 * minute, exercise.issue, "the exercise is issued")
    yield Act(begin + 44 * minute, gas.draft, "the analyst drafts an orange warning of gas for four towns")
    yield Act(begin + 46 * minute, gas.ask)
    yield Act(begin + 49 * minute, gas.issue, "the leader issues it: telephones of four towns are told")
    yield Act(begin + 70 * minute, waiting.draft, "a warning of a burst heating main is drafted")
    yield Act(begin + 72 * minute, waiting.ask, "it waits for the leader")
    yield Act(begin + 150 * minute, gas.knock, "somebody has knocked on doors in the silent town")
    yield Act(begin + 300 * minute, gas.cancel, "the leader cancels the warning of gas: all clear")


@dataclass(frozen=True)
class _Warning:
    """One warning and its persons."""

    region_code: str
    kind: str
    level: Literal["red", "orange", "yellow", "blue"]
    area_zh: str
    area_en: str
    units: tuple[str, ...] = ()
    exercise: bool = False

    def draft(self, now: datetime) -> None:
        from tocsin.mobilisation.public_warnings.services.drafts import NewWarning, draft_warning
        from tocsin.mobilisation.public_warnings.services.places import NewPlaces
        from tocsin.mobilisation.public_warnings.shown.first_words import first_words

        words = first_words(self.region_code, self.kind, self.level, area_zh=self.area_zh, area_en=self.area_en)
        places = NewPlaces(units=list(self.units)) if self.units else NewPlaces(lat=36.1606, lon=120.4270, radius_m=600.0)
        case = _case() if self.units else None
        drawn = NewWarning(
            region_code=self.region_code,
            kind=self.kind,
            level=self.level,
            places=places,
            expires_at=now + timedelta(hours=6),
            exercise=self.exercise,
            source_kind="case" if case else "",
            source_id=case,
        )
        new = replace(drawn, **words)  # type: ignore[arg-type]  # each of them is a text
        draft_warning(actor=person("analyst"), new=new, now=now)

    def ask(self, now: datetime) -> None:
        from tocsin.mobilisation.public_warnings.services.drafts import ask_for_issue

        ask_for_issue(actor=person("analyst"), warning_id=self._found().pk, now=now)

    def issue(self, now: datetime) -> None:
        from tocsin.mobilisation.public_warnings.services.issuing import issue_warning

        issue_warning(actor=person("leader"), warning_id=self._found().pk, now=now)

    def cancel(self, now: datetime) -> None:
        from tocsin.mobilisation.public_warnings.services.issuing import cancel_warning

        reason = "泄漏点已关断，各井室检测正常"
        cancel_warning(actor=person("leader"), warning_id=self._found().pk, reason=reason, now=now)

    def knock(self, now: datetime) -> None:
        """The desk enters what the street's people came back with."""
        from tocsin.mobilisation.public_warnings.services.rounds import finish_round

        for one in self._found().rounds.filter(town_code=SILENT, done_at=None):
            finish_round(actor=person("duty"), round_id=one.pk, doors=64, people=151, words="两户无人，已留条", now=now)

    def _found(self) -> "PublicWarning":
        from tocsin.mobilisation.public_warnings.models import PublicWarning

        return PublicWarning.objects.filter(kind=self.kind, author=person("analyst"), msg_type="Alert").earliest("created_at")


def _case() -> UUID | None:
    """The case of the story, where it has begun: the first that alarms opened."""
    from tocsin.command.casebook.models import Case

    return Case.objects.filter(lead__isnull=False, drill=None).order_by("opened_at").values_list("pk", flat=True).first()

"""A purpose of notices that a capability of this folder contributes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy

from tocsin.notices.face import Contribution, Notice, PurposeCard

DELIVERED: list[tuple[str, datetime]] = []


def texts(notices: Sequence[Notice]) -> Mapping[UUID, str]:
    return {one.pk: f"Bring {one.figures['what']} to {one.subject_label}." for one in notices}


def page(notice: Notice) -> str:
    return f"/supplies/{notice.subject_label}/"


def on_delivered(notices: Sequence[Notice], now: datetime) -> None:
    DELIVERED.extend((one.key, now) for one in notices)


NOTICES = Contribution(
    purposes=(
        PurposeCard("bring", gettext_lazy("Bring"), texts=texts, acted_on=page, signature=True, on_delivered=on_delivered),
    ),
    reasons={"keeper": gettext_lazy("Keeper")},
)

"""Which subjects take acts from phones, and what others did meanwhile."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from tocsin.fieldwork.models import Entry
from tocsin.fieldwork.rules import ActData, NewAct

ABSENT = gettext_lazy("There is no such thing, or your rights do not reach it.")


class Kept(Protocol):
    """What a service answers about an act that it kept."""

    @property
    def pk(self) -> UUID: ...

    @property
    def verdict(self) -> str: ...

    @property
    def version(self) -> int: ...


type Enter = Callable[..., Kept]
"""The service that takes one act upon a subject: `actor`, `act`, and with a photo `picture` and its `name`."""


@dataclass(frozen=True)
class FieldActs:
    """What one subject takes from phones: which acts, what they carry, and the service that keeps them."""

    acts: Collection[str]
    data: type[ActData]
    enter: Enter
    absent: Promise = ABSENT  # what is told where there is no such subject


def acts_of(subject: str) -> FieldActs:
    """The row of a subject in the catalogue's FIELD_ACTS; KeyError for a name that is not there."""
    row: FieldActs = import_string(settings.FIELD_ACTS[subject].replace(":", "."))
    return row


def others_went_on[Row: Entry](rows: QuerySet[Row], act: NewAct[Any], *, verdict: str) -> bool:
    """Whether another device took the subject of these entries further, with that verdict, after what this person saw."""
    if act.base_version is None:
        return False
    since = rows.filter(version__gt=act.base_version, verdict=verdict)
    return since.exclude(device=act.device).exists() if act.device else since.exists()

"""One row of every model in the district, filled by its fields, so that a new model is walked without anybody listing it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import models, transaction
from django.db.models import Field, Model
from django.utils import timezone

from tests.jurisdiction.machines_own import MACHINES_OWN
from tests.jurisdiction.row_values import VALUES
from tocsin.base.ids import new_id

_NAMES = re.compile(r"(^|_)(name|title|place|text|words|reason|remarks|caption|note|outcome|zh|en|address|said_by|as)($|_)")
_BODIES = ("organisation", "unit", "user", "person")


def walked() -> tuple[type[Model], ...]:
    """Every model that a border protects: all of Tocsin's but the machine's own, and what belongs to signing in."""
    ours = (one for one in apps.get_models() if one.__module__.startswith("tocsin."))
    return (*(one for one in ours if one._meta.label not in MACHINES_OWN), Authenticator, SocialAccount, UserSession)


def complete(
    mark: str,
    region_code: str,
    seeds: dict[type[Model], Model],
    about: Iterable[object],
    only: Iterable[type[Model]] | None = None,
) -> dict[str, UUID]:
    """Makes a marked row of every walked model, or of these, that has none yet; the ids of all, by names as paths use them.

    `seeds` are the rows that others refer to; it grows by the rest. A row that is there counts where it holds the mark or one
    of `about`. An AssertionError names the model whose row can't be made without a line in VALUES.
    """
    about = (mark, *map(str, about), *(str(row.pk) for row in seeds.values()))
    wanted = walked() if only is None else tuple(only)
    for model in wanted:
        there = [row for row in model._base_manager.all() if any(one in str(vars(row)) for one in about)]
        if there:
            seeds.setdefault(model, there[0])
    for model in wanted:
        _row_of(model, mark, region_code, seeds)
    return dict(_ids(seeds))


def _ids(seeds: dict[type[Model], Model]) -> Iterator[tuple[str, UUID]]:
    for model, row in seeds.items():
        if isinstance(row.pk, UUID):
            yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower() + "_id", row.pk


def ids_of(seeds: dict[type[Model], Model], app_label: str) -> dict[str, UUID]:
    """The ids of one capability's rows: a finding is another thing in another capability."""
    return dict(_ids({model: row for model, row in seeds.items() if model._meta.app_label == app_label}))


def _row_of(model: type[Model], mark: str, region_code: str, seeds: dict[type[Model], Model]) -> Model:
    if model not in seeds:
        fields: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            name = f"{model._meta.label}.{field.name}"
            if name in VALUES:
                fields[field.name] = VALUES[name]
            elif isinstance(field, models.ForeignKey):
                if not field.null or (field.name in _BODIES and field.related_model is not model):
                    fields[field.name] = _row_of(field.related_model, mark, region_code, seeds)
            elif not field.primary_key or not (field.has_default() or isinstance(field, models.AutoField)):
                value = _value(field, mark, region_code)
                if value is not None:
                    fields[field.name] = value
        try:
            with transaction.atomic():
                seeds[model] = model._base_manager.create(**fields)
        except Exception as error:
            raise AssertionError(f"tests/jurisdiction/row_values.py needs lines for a row of {model._meta.label}") from error
    return seeds[model]


def _value(field: "Field[Any, Any]", mark: str, region_code: str) -> Any:
    """A value of the field's kind; None where it may stay as it is born."""
    if field.name in ("region_code", "area_code"):
        return region_code
    if isinstance(field, models.CharField | models.TextField):
        return _text(field, mark)
    if field.has_default() or field.null:
        return None
    match field:
        case models.DateTimeField():
            return None if field.auto_now_add or field.auto_now else timezone.now()
        case models.DateField():
            return timezone.now().date()
        case models.BooleanField():
            return False
        case models.JSONField():
            return {}
        case models.IntegerField():
            return 1
        case models.FloatField():
            return 1.0
        case models.UUIDField():
            return new_id()
        case _:
            return None


def _text(field: "Field[Any, Any]", mark: str) -> str | None:
    if field.choices:
        return None if field.has_default() else str(next(iter(field.flatchoices))[0])
    if field.has_default() or (field.blank and not _NAMES.search(field.name)):
        return None
    return mark[: field.max_length]

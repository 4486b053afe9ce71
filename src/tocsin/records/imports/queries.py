"""Kinds of imports that other capabilities contribute, and the files that a person may see."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import batched
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import Person, Region, all_regions, may, may_anywhere, reach, region_prefixes, scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.records.imports.models import ColumnMeaning, TableImport
from tocsin.records.imports.rules import ImportKind, ImportState


@cache
def kinds() -> Mapping[str, ImportKind]:
    """All kinds by name, in the catalogue's order."""
    found = [import_string(name.replace(":", ".")) for name in settings.IMPORT_KINDS]
    return {one.name: one for one in found}


def kind_of(name: str) -> ImportKind:
    """The kind of that name; InvalidInput for none."""
    if name not in kinds():
        raise InvalidInput("there is no kind of import %(name)s; there are %(known)s", name=name[:40], known=", ".join(kinds()))
    return kinds()[name]


def kinds_for(user: Person) -> list[ImportKind]:
    """Those of which the person may take files over, somewhere."""
    return [one for one in kinds().values() if may_give(user, one)]


def permissions_of(kind: ImportKind) -> tuple[Permission, ...]:
    """Each of them lets a person take files of the kind over for a whole area."""
    return (kind.permission, *kind.also)


def may_give(user: Person, kind: ImportKind) -> bool:
    """Whether the person may take such files over somewhere, if only for a body of their own."""
    return any(may_anywhere(user, one) for one in permissions_of(kind)) or (kind.own is not None and may_anywhere(user, kind.own))


def require_giving(user: Person, kind: ImportKind, region_code: str) -> None:
    """Returns where the person may take such files over in the region, if only for a body of their own; NotAllowed otherwise."""
    own = [] if kind.own is None else [one.organisation_id for one in reach(user, kind.own)]
    whole = any(may(user, one, region_code) for one in permissions_of(kind))
    if whole or (kind.own is not None and may(user, kind.own, region_code, own)):
        return
    text = _("This needs the permission %(permission)s in region %(region)s.")
    raise NotAllowed(text % {"permission": kind.permission, "region": region_code or "–"})


def regions_for(user: Person, kind: ImportKind) -> QuerySet[Region]:
    """The areas for which the person may give files of the kind."""
    prefixes = {prefix for one in permissions_of(kind) for prefix in region_prefixes(user, one)}
    if kind.own is not None:
        prefixes |= {one.prefix for one in reach(user, kind.own)}
    condition = Q(pk__in=[])
    for one in prefixes:
        condition |= Q(code__startswith=one)
    return all_regions().filter(condition)


def visible_imports(user: Person) -> QuerySet[TableImport]:
    """The files of the kinds and regions that the person keeps, and what they gave for their own body; with who gave it."""
    seen = TableImport.objects.none()
    for one in kinds().values():
        for permission in permissions_of(one):
            if may_anywhere(user, permission):
                seen |= scope(TableImport.objects.filter(kind=one.name), user, permission, "region_code")
        if one.own is not None and may_anywhere(user, one.own):
            seen |= TableImport.objects.filter(kind=one.name, by=user.pk)
    return seen.select_related("by")


def meanings(kind: str) -> dict[str, str]:
    """By bare heading the column that people said it means."""
    return dict(ColumnMeaning.objects.filter(kind=kind).values_list("heading", "column"))


def may_be_undone(made: TableImport) -> bool:
    """Whether it was taken over and its rows still say what they wrote."""
    taken = made.state is ImportState.TAKEN and made.forgotten_at is None
    return taken and made.rows.filter(written__isnull=False).exists()


def cells_beside(made: TableImport) -> dict[int, dict[str, str]]:
    """By line what stands under headings that mean no column."""
    places = [number for number, column in enumerate(made.columns) if not column and made.headings[number]]
    if not places:
        return {}
    rows = made.rows.values_list("line", "cells")
    return {line: {made.headings[one]: cells[one] for one in places if one < len(cells) and cells[one]} for line, cells in rows}


def pointers_at(model: type[Model]) -> list[Any]:
    """The foreign keys by which rows of any table point at rows of a model."""
    return [
        one.field  # type: ignore[union-attr]  # what is not concrete and was made by Django is a relation from elsewhere
        for one in model._meta.get_fields(include_hidden=True)
        if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one)
    ]


def builds_on(model: type[Model], ids: Sequence[UUID], *, apart_from: Collection[type[Model]] = ()) -> UUID | None:
    """One of these objects that another row points at, so that it can't go; None where none is used.

    Rows of the same model that are among these, and rows of the models `apart_from`, do not count. A query for each table that
    has a foreign key to the model, and 500 objects.
    """
    gone = set(ids)
    for field in pointers_at(model):
        if field.model in apart_from:
            continue
        for part in batched(ids, 500):
            found = field.model._base_manager.filter(**{f"{field.name}__in": part})
            for used, by in found.values_list(field.attname, "pk"):
                if field.model is not model or by not in gone:
                    return UUID(str(used))
    return None

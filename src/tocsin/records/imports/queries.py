"""Kinds of imports that other capabilities contribute, and the files that a person may see."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import Person, may_anywhere, scope
from tocsin.records.imports.models import ColumnMeaning, TableImport
from tocsin.records.imports.rules import ImportKind


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
    return [one for one in kinds().values() if may_anywhere(user, one.permission)]


def visible_imports(user: Person) -> QuerySet[TableImport]:
    """The files of the kinds and regions that the person keeps; who gave each is loaded."""
    seen = TableImport.objects.none()
    for one in kinds().values():
        if may_anywhere(user, one.permission):
            seen |= scope(TableImport.objects.filter(kind=one.name), user, one.permission, "region_code")
    return seen.select_related("by")


def meanings(kind: str) -> dict[str, str]:
    """By bare heading the column that people said it means."""
    return dict(ColumnMeaning.objects.filter(kind=kind).values_list("heading", "column"))

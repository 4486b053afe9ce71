"""Pages of tables of objects that imports have now lead there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from tocsin.supervision.objects.services.tables import KIND


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Where tables of objects are given now."""
    return redirect("import_kind", KIND, permanent=True)


@require_GET
def object_import(request: HttpRequest, object_import_id: UUID) -> HttpResponse:
    """Where a file of objects is now, under its old number."""
    return redirect("table_import", object_import_id, permanent=True)

"""Addresses under /imports/."""

from django.urls import path

from tocsin.records.imports import views

urlpatterns = [
    path("tables.zip", views.empty_tables, name="empty_tables"),
    path("", views.imports, name="imports"),
    path("to/<slug:kind>/", views.import_kind, name="import_kind"),
    path("<uuid:table_import_id>/", views.table_import, name="table_import"),
    path("<uuid:table_import_id>/<slug:name>/", views.act_on_import, name="act_on_import"),
]

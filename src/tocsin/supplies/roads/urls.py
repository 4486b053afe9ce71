"""Addresses under /supplies/roads/."""

from django.urls import path

from tocsin.supplies.roads.views import tables

urlpatterns = [
    path("travel-times/", tables.tables, name="supply_travel_tables"),
    path("travel-times/<uuid:travel_table_id>/", tables.table, name="supply_travel_table"),
    path("travel-times/<uuid:travel_table_id>/put-back/", tables.put_back, name="put_travel_table_back"),
]

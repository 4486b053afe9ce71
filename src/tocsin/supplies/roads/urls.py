"""Addresses under /supplies/roads/."""

from django.urls import path

from tocsin.supplies.roads.views import closures, tables

urlpatterns = [
    path("closed/", closures.closed_roads, name="closed_roads"),
    path("closed/close/", closures.close, name="close_road"),
    path("closed/<uuid:closed_road_id>/", closures.closed_road, name="closed_road"),
    path("closed/<uuid:closed_road_id>/<str:name>/", closures.act, name="act_on_closed_road"),
    path("travel-times/", tables.tables, name="supply_travel_tables"),
    path("travel-times/<uuid:travel_table_id>/", tables.table, name="supply_travel_table"),
    path("travel-times/<uuid:travel_table_id>/put-back/", tables.put_back, name="put_travel_table_back"),
]

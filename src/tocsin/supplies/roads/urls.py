"""Addresses under /supplies/roads/."""

from django.urls import path

from tocsin.supplies.roads.views import closures, tables

urlpatterns = [
    path("closed/", closures.closed_roads, name="closed_roads"),
    path("closed/close/", closures.close, name="close_road"),
    path("closed/<uuid:closed_road_id>/", closures.closed_road, name="closed_road"),
    path("closed/<uuid:closed_road_id>/<str:name>/", closures.act, name="act_on_closed_road"),
    path("travel-times/", tables.travel_times, name="supply_travel_times"),
    path("travel-times/<uuid:travel_time_id>/remove/", tables.remove_travel_time, name="remove_travel_time"),
]

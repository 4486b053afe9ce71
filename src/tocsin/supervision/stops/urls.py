"""Addresses of stops, under /work/."""

from django.urls import path

from tocsin.supervision.stops import views

urlpatterns = [
    path("firms/<uuid:object_id>/stop/", views.record_stop, name="record_stop"),
    path("firms/<uuid:object_id>/held-stop/", views.take_over, name="take_over_stop"),
    path("stops/", views.stops, name="stops"),
    path("stops/<uuid:stop_order_id>/", views.stop, name="stop"),
    path("stops/<uuid:stop_order_id>/<slug:name>/", views.act_on_stop, name="act_on_stop"),
]

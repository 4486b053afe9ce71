"""Addresses of what devices say of themselves, under /sensing/."""

from django.urls import path

from tocsin.sensing.attributes import views

urlpatterns = [
    path("batteries/", views.batteries, name="batteries"),
    path("devices/<uuid:device_id>/attributes/<str:name>/", views.attribute_changes, name="attribute_changes"),
    path("devices/<uuid:device_id>/battery/change/", views.record_battery_change, name="record_battery_change"),
]

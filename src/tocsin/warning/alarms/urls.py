"""Addresses of the list of alarms."""

from django.urls import path

from tocsin.warning.alarms import views as lists

urlpatterns = [
    path("alarms/", lists.alarms, name="alarms"),
    path("alarms/of-device/<uuid:device_id>/", lists.alarms_of_device, name="alarms_of_device"),
]

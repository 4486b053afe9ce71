"""Addresses of the console and its drawer."""

from django.urls import path

from tocsin.warning.console.views import acts, console, places

urlpatterns = [
    path("", console.console, name="console"),
    path("alarms/places/", places.places, name="places_of_alarms"),
    path("alarms/<uuid:alarm_id>/", console.alarm, name="alarm"),
    path("alarms/<uuid:alarm_id>/shown/", console.shown, name="shown"),
    path("alarms/<uuid:alarm_id>/<slug:name>/", acts.act, name="act_on_alarm"),
]

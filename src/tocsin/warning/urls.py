"""Addresses of the console and of alarms, at the root."""

from django.urls import path

from tocsin.warning import live
from tocsin.warning.views import acts, console, hit_rates, lists

urlpatterns = [
    path("", console.console, name="console"),
    path("live/", live.stream, name="live"),
    path("alarms/", lists.alarms, name="alarms"),
    path("hit-rates/", hit_rates.rates, name="hit_rates"),
    path("hit-rates/reset/", hit_rates.reset, name="reset_priors"),
    path("alarms/<uuid:alarm_id>/", console.alarm, name="alarm"),
    path("alarms/<uuid:alarm_id>/<slug:name>/", acts.act, name="act_on_alarm"),
]

"""Addresses of the console and of alarms, at the root."""

from django.urls import path

from tocsin.warning import live
from tocsin.warning.views import acts, console, early_signs, hit_rates, lists, replay

urlpatterns = [
    path("", console.console, name="console"),
    path("live/", live.stream, name="live"),
    path("alarms/", lists.alarms, name="alarms"),
    path("hit-rates/", hit_rates.rates, name="hit_rates"),
    path("hit-rates/reset/", hit_rates.reset, name="reset_priors"),
    path("replay/", replay.replays, name="replays"),
    path("replay/back/", replay.switch_back, name="switch_causes_back"),
    path("replay/<uuid:replay_id>/", replay.replay, name="replay"),
    path("replay/<uuid:replay_id>/switch/", replay.switch, name="switch_causes"),
    path("early-signs/", early_signs.early_signs, name="early_signs"),
    path("early-signs/<uuid:early_sign_id>/", early_signs.early_sign, name="early_sign"),
    path("early-signs/<uuid:early_sign_id>/seen/", early_signs.see, name="see_early_sign"),
    path("alarms/<uuid:alarm_id>/", console.alarm, name="alarm"),
    path("alarms/<uuid:alarm_id>/shown/", console.shown, name="shown"),
    path("alarms/<uuid:alarm_id>/<slug:name>/", acts.act, name="act_on_alarm"),
]

"""Addresses of hit rates and replays."""

from django.urls import path

from tocsin.warning.diagnosis.views import hit_rates
from tocsin.warning.diagnosis.views import replays as replay

urlpatterns = [
    path("hit-rates/", hit_rates.rates, name="hit_rates"),
    path("hit-rates/reset/", hit_rates.reset, name="reset_priors"),
    path("replay/", replay.replays, name="replays"),
    path("replay/back/", replay.switch_back, name="switch_causes_back"),
    path("replay/<uuid:replay_id>/", replay.replay, name="replay"),
    path("replay/<uuid:replay_id>/switch/", replay.switch, name="switch_causes"),
]

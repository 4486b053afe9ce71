"""Addresses under /warnings/ of towns in which somebody knocks on doors."""

from django.urls import path

from tocsin.mobilisation.rounds.views import rounds

urlpatterns = [
    path("<uuid:warning_id>/doors/", rounds.rounds, name="door_rounds"),
    path("<uuid:warning_id>/volunteers/", rounds.ask_volunteers, name="need_for_warning"),
    path("doors/<uuid:round_id>/", rounds.finish, name="finish_door_round"),
    path("doors/<uuid:round_id>/give/", rounds.give, name="give_doors"),
    path("doors/walks/<uuid:walk_id>/take-back/", rounds.take_back, name="take_back_walk"),
    path("doors/door/<uuid:door_id>/<slug:name>/", rounds.act_on_door, name="act_on_door"),
]

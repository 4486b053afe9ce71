"""Addresses of rosters, swaps, leave and one's own duty."""

from django.urls import path

from tocsin.jurisdiction.rosters.views import acts as roster_acts
from tocsin.jurisdiction.rosters.views import duty_plans, own_duty, rosters

urlpatterns = [
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/create/", rosters.create_roster, name="create_roster"),
    path("rosters/<uuid:roster_id>/", rosters.roster, name="roster"),
    path("rosters/<uuid:roster_id>/export/", rosters.export_roster, name="export_roster"),
    path("rosters/<uuid:roster_id>/end/", roster_acts.end_roster, name="end_roster"),
    path("rosters/<uuid:roster_id>/layers/", roster_acts.add_layer, name="add_layer"),
    path("rosters/<uuid:roster_id>/layers/<uuid:layer_id>/end/", roster_acts.end_layer, name="end_layer"),
    path("rosters/<uuid:roster_id>/stand-ins/", roster_acts.put_stand_in, name="put_stand_in"),
    path("rosters/<uuid:roster_id>/stand-ins/<uuid:stand_in_id>/cancel/", roster_acts.cancel_stand_in, name="cancel_stand_in"),
    path("rosters/<uuid:roster_id>/plan/", duty_plans.moved_plan, name="import_duty_plan"),
    path("rosters/<uuid:roster_id>/plan.csv", duty_plans.moved_template, name="duty_plan_template"),
    path("rosters/<uuid:roster_id>/swaps/", roster_acts.ask_swap, name="ask_swap"),
    path("swaps/<uuid:swap_id>/answer/", roster_acts.answer_swap, name="answer_swap"),
    path("leaves/", roster_acts.enter_leave, name="enter_leave"),
    path("leaves/<uuid:leave_id>/cancel/", roster_acts.cancel_leave, name="cancel_leave"),
    path("account/duty/", own_duty.own_duty, name="own_duty"),
]

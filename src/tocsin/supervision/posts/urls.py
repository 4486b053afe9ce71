"""Addresses under /presence/."""

from django.urls import path

from tocsin.supervision.posts.views import posts as presence
from tocsin.supervision.posts.views import rosters as presence_rosters
from tocsin.supervision.posts.views import terminals

urlpatterns = [
    path("", presence.wall, name="presence"),
    path("call/", presence.own_calls, name="own_calls"),
    path("call/<uuid:roll_call_answer_id>/", presence.answer, name="answer_call"),
    path("firms/<uuid:object_id>/", presence.firm, name="presence_of_firm"),
    path("firms/<uuid:object_id>/call/", presence.call, name="call_roll"),
    path("firms/<uuid:object_id>/terminals/", terminals.bind, name="bind_terminal"),
    path("firms/<uuid:object_id>/roster.csv", presence_rosters.template, name="roster_template"),
    path("firms/<uuid:object_id>/<slug:name>/", presence_rosters.enter, name="enter_presence"),
    path("shifts/<uuid:duty_shift_id>/<slug:name>/", presence_rosters.act_on_shift, name="act_on_duty_shift"),
    path("changes/<uuid:shift_change_id>/<slug:name>/", presence_rosters.decide, name="decide_shift_change"),
    path("certificates/<uuid:person_certificate_id>/revoke/", presence_rosters.revoke, name="revoke_certificate"),
    path("answers/<uuid:roll_call_answer_id>/<slug:name>/", presence.act_on_answer, name="act_on_call_answer"),
]

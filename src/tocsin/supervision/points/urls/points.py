"""Addresses under /points/."""

from django.urls import path, register_converter

from tocsin.supervision.points.views import acts as points_work
from tocsin.supervision.points.views import board as points
from tocsin.supervision.points.views import policy as policy_versions
from tocsin.supervision.points.views.board import DayConverter

register_converter(DayConverter, "day")

urlpatterns = [
    path("", points.board, name="points"),
    path("objects/<uuid:object_id>/", points.of_object, name="points_of_object"),
    path("objects/<uuid:object_id>/days/<day:day>/", points.day, name="points_of_day"),
    path("objects/<uuid:object_id>/days/<day:day>/<slug:code>/", points.records, name="points_records"),
    path("objects/<uuid:object_id>/appeal/", points_work.appeal, name="make_points_appeal"),
    path("objects/<uuid:object_id>/facts/", points_work.enter_fact, name="enter_points_fact"),
    path("facts/<uuid:points_event_id>/end/", points_work.end_fact, name="end_points_fact"),
    path("facts/<uuid:points_event_id>/ask-end/", points_work.ask_end, name="ask_end_of_points_fact"),
    path("consequences/", points_work.consequences, name="points_consequences"),
    path("consequences/<uuid:consequence_id>/close/", points_work.close, name="close_consequence"),
    path("appeals/", points_work.appeals, name="points_appeals"),
    path("appeals/<uuid:appeal_id>/answer/", points_work.answer, name="answer_points_appeal"),
    path("policy/", policy_versions.versions, {"subject": "points"}, name="points_policies"),
    path("policy/<uuid:policy_version_id>/", policy_versions.version, {"subject": "points"}, name="points_policy"),
    path("policy/<uuid:policy_version_id>/<slug:name>/", policy_versions.act, {"subject": "points"}, name="act_on_points_policy"),
]

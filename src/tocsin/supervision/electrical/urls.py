"""Addresses under /work/electrical/."""

from django.urls import path

from tocsin.supervision.electrical import views

urlpatterns = [
    path("<uuid:object_id>/", views.electrical, name="electrical_of_firm"),
    path("<uuid:object_id>/watch/", views.watch, name="watch_electrical_point"),
    path("points/<uuid:electrical_point_id>/<slug:name>/", views.act_on_point, name="act_on_electrical_point"),
    path("dangers/<uuid:electrical_danger_id>/answer/", views.answer, name="answer_electrical_danger"),
]

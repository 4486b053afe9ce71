"""Addresses under /work/."""

from django.urls import path

from tocsin.supervision.work import views

urlpatterns = [
    path("firms/<uuid:object_id>/objection/", views.object_to_verdict, name="object_to_verdict"),
    path("firms/<uuid:object_id>/objection-answer/", views.answer_objection, name="answer_objection"),
    path("", views.board, name="work"),
    path("firms/<uuid:object_id>/", views.firm, name="work_of_firm"),
    path("episodes/<uuid:episode_id>/", views.episode, name="episode"),
    path("episodes/<uuid:episode_id>/act/", views.act_on_episode, name="act_on_episode"),
]

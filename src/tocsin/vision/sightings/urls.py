"""Addresses under /vision/sightings/."""

from django.urls import path

from tocsin.vision.sightings import views

urlpatterns = [
    path("", views.sightings, name="sightings"),
    path("queue/", views.queue, name="sighting_queue"),
    path("<uuid:sighting_id>/", views.sighting, name="sighting"),
    path("<uuid:sighting_id>/evidence/", views.evidence, name="sighting_evidence"),
    path("<uuid:sighting_id>/best/", views.best_crop, name="sighting_best_crop"),
    path("<uuid:sighting_id>/first/", views.first_crop, name="sighting_first_crop"),
    path("<uuid:sighting_id>/<str:name>/", views.act, name="act_on_sighting"),
]

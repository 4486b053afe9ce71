"""Addresses under /vision/recognition/."""

from django.urls import path

from tocsin.vision.recognition import views

urlpatterns = [
    path("", views.models, name="recognition_models"),
    path("text/", views.text, name="recognition_text"),
    path("<uuid:camera_id>/", views.source, name="camera_source"),
    path("<uuid:camera_id>/<str:name>/", views.act, name="act_on_camera_source"),
]

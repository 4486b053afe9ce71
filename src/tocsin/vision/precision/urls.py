"""Addresses under /vision/precision/."""

from django.urls import path

from tocsin.vision.precision import views

urlpatterns = [
    path("", views.precision, name="precision"),
    path("<uuid:camera_id>/", views.camera, name="camera_precision"),
    path("<uuid:camera_id>/<str:name>/", views.act, name="act_on_precision"),
]

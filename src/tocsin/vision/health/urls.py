"""Addresses under /vision/health/."""

from django.urls import path

from tocsin.vision.health import views

urlpatterns = [
    path("<uuid:camera_id>/", views.health, name="camera_health"),
    path("<uuid:camera_id>/picture/", views.picture, name="camera_picture"),
    path("<uuid:camera_id>/reference/", views.reference, name="camera_reference"),
    path("<uuid:camera_id>/frame/", views.hand_in, name="hand_in_frame"),
    path("<uuid:camera_id>/act/<str:name>/", views.act, name="act_on_camera_health"),
]

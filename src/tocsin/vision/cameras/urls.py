"""Addresses under /vision/cameras/."""

from django.urls import path

from tocsin.vision.cameras import views

urlpatterns = [
    path("", views.cameras, name="cameras"),
    path("register/", views.register, name="register_camera"),
    path("table/", views.moved_table, name="moved_cameras_table"),
    path("<uuid:camera_id>/", views.camera, name="camera"),
    path("<uuid:camera_id>/<str:name>/", views.act, name="act_on_camera"),
]

"""Addresses of keys of frames, under /sensing/."""

from django.urls import path

from tocsin.sensing.frame_keys import views

urlpatterns = [
    path("devices/<uuid:device_id>/frame-key/renew/", views.renew, name="renew_frame_key"),
    path("devices/<uuid:device_id>/frame-key/withdraw/", views.withdraw, name="withdraw_frame_key"),
]

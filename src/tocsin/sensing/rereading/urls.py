"""Addresses of kept messages, under /sensing/."""

from django.urls import path

from tocsin.sensing.rereading import views

urlpatterns = [
    path("quarantine/kept/", views.kept_messages, name="kept_messages"),
    path("quarantine/kept/try/", views.try_reading, name="try_reading"),
    path("quarantine/kept/reread/", views.reread_messages, name="reread_messages"),
    path("quarantine/kept/discard/", views.discard_messages, name="discard_messages"),
    path("quarantine/kept/before/<uuid:device_id>/", views.take_over_messages, name="take_over_messages"),
    path("quarantine/kept/<uuid:kept_message_id>/", views.kept_message, name="kept_message"),
]

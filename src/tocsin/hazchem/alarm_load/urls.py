"""Addresses of alarm load, under /plants/load/."""

from django.urls import path

from tocsin.hazchem.alarm_load import views

urlpatterns = [
    path("", views.alarm_loads, name="alarm_loads"),
    path("<uuid:supervised_object_id>/", views.alarm_load, name="alarm_load"),
]

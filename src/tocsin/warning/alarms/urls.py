"""Addresses of the list of alarms."""

from django.urls import path

from tocsin.warning.alarms import views as lists

urlpatterns = [
    path("alarms/", lists.alarms, name="alarms"),
]

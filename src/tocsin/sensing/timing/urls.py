"""Addresses of clocks, under /sensing/."""

from django.urls import path

from tocsin.sensing.timing import views

urlpatterns = [path("device-clocks/", views.device_clocks, name="device_clocks")]

"""Addresses under /work/weather/."""

from django.urls import path

from tocsin.supervision.weather import views

urlpatterns = [path("", views.weather, name="weather")]

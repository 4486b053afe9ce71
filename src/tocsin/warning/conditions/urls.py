"""Addresses of conditions."""

from django.urls import path

from tocsin.warning.conditions import views

urlpatterns = [path("conditions/", views.conditions, name="conditions")]

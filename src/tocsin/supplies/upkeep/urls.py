"""Addresses under /supplies/upkeep/."""

from django.urls import path

from tocsin.supplies.upkeep import views

urlpatterns = [path("", views.upkeep, name="supply_upkeep")]

"""Addresses under /supplies/levels/."""

from django.urls import path

from tocsin.supplies.levels.views import levels

urlpatterns = [
    path("", levels.levels, name="supply_levels"),
    path("people/", levels.people, name="enter_people_at_risk"),
    path("rotation/", levels.rotation, name="supply_rotation"),
]

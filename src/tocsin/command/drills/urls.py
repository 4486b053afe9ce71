"""Addresses under /drills/."""

from django.urls import path

from tocsin.command.drills import views as drills

urlpatterns = [
    path("", drills.drills, name="drills"),
    path("<uuid:drill_id>/", drills.drill, name="drill"),
    path("<uuid:drill_id>/<slug:name>/", drills.act, name="act_on_drill"),
]

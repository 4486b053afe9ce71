"""Addresses under /sensorthings/."""

from django.urls import path

from tocsin.sensing.things import views

urlpatterns = [
    path("v1.1", views.service, name="sensorthings_without_slash"),
    path("v1.1/", views.service, name="sensorthings"),
    path("v1.1/<path:address>", views.entities, name="sensorthings_entities"),
]

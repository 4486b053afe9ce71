"""Addresses under /objects/."""

from django.urls import path

from tocsin.supervision.views import objects

urlpatterns = [
    path("", objects.objects, name="objects"),
    path("<uuid:object_id>/", objects.supervised_object, name="supervised_object"),
]

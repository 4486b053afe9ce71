"""Addresses under /map/."""

from django.urls import path

from tocsin.atlas import views

urlpatterns = [path("base.json", views.base, name="base_map")]

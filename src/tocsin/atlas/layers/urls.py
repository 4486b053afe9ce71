"""Addresses under /map/."""

from django.urls import path

from tocsin.atlas.layers import views

urlpatterns = [path("base.json", views.base, name="base_map")]

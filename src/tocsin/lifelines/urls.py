"""Addresses under /lifelines/."""

from django.urls import path

from tocsin.lifelines import views

urlpatterns = [
    path("assets/", views.assets, name="assets"),
    path("assets/load/", views.moved_load, name="moved_load"),
    path("assets/<uuid:asset_id>/", views.asset, name="asset"),
]

"""Addresses under /lifelines/."""

from django.urls import path

from tocsin.lifelines import views

urlpatterns = [
    path("assets/", views.assets, name="assets"),
    path("assets/load/", views.load_network, name="load_network"),
    path("assets/<uuid:asset_id>/", views.asset, name="asset"),
]

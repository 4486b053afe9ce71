"""Addresses under /work/platforms/."""

from django.urls import path

from tocsin.supervision.platforms import views

urlpatterns = [
    path("bind/", views.bind_token, name="bind_token"),
    path("", views.platforms, name="platforms"),
    path("<uuid:connector_id>/", views.platform, name="platform"),
]

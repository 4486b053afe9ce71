"""Addresses under /quality/."""

from django.urls import path

from tocsin.command.views import quality

urlpatterns = [
    path("", quality.page, name="quality"),
    path("<uuid:alarm_id>/", quality.quieter, name="quieter"),
]

"""Addresses under /quality/."""

from django.urls import path

from tocsin.command.quality import views as quality

urlpatterns = [
    path("", quality.page, name="quality"),
    path("months/", quality.months, name="months"),
    path("months/rows/", quality.month_rows, name="month_rows"),
    path("<uuid:alarm_id>/", quality.quieter, name="quieter"),
    path("<uuid:alarm_id>/propose/", quality.propose, name="propose_quieter"),
]

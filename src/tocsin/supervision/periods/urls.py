"""Addresses under /presence/periods/."""

from django.urls import path

from tocsin.supervision.periods import views

urlpatterns = [
    path("", views.periods, name="special_periods"),
    path("name/", views.name, name="name_special_period"),
    path("<uuid:special_period_id>/end/", views.end, name="end_special_period"),
]

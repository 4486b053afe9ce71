"""Addresses of retention, under /system/."""

from django.urls import path

from tocsin.records.retention import views

urlpatterns = [
    path("retention/", views.retention, name="retention"),
    path("retention/holds/", views.place_hold, name="place_hold"),
    path("retention/holds/<uuid:hold_id>/lift/", views.lift_hold, name="lift_hold"),
]

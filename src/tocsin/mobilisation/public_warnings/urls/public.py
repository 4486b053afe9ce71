"""Addresses under /w/, for everybody."""

from django.urls import path

from tocsin.mobilisation.public_warnings.views import public as views

urlpatterns = [
    path("", views.warnings, name="open_warnings"),
    path("feed.atom", views.feed, name="warning_feed"),
    path("areas.geojson", views.areas, name="open_warning_areas"),
    path("certificate.pem", views.certificate, name="warning_certificate"),
    path("<uuid:warning_id>/", views.warning, name="open_warning"),
    path("<uuid:warning_id>/area.geojson", views.area, name="open_warning_area"),
    path("<uuid:warning_id>.xml", views.message, name="open_warning_message"),
]

"""Addresses under /crew/: the page that works without a network, its worker and its manifest."""

from django.urls import path

from tocsin.command.units.views import crew

urlpatterns = [
    path("", crew.page, name="crew"),
    path("worker.js", crew.worker, name="crew_worker"),
    path("manifest.webmanifest", crew.manifest, name="crew_manifest"),
]

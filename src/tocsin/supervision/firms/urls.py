"""Addresses under /firm/: the page that works without a network, its worker and its manifest."""

from django.urls import path

from tocsin.supervision.phones.views import shells as phones

urlpatterns = [
    path("", phones.firm, name="firm_phone"),
    path("worker.js", phones.worker, name="firm_worker"),
    path("manifest.webmanifest", phones.firm_manifest, name="firm_manifest"),
]

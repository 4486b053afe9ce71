"""Addresses under /hazard/: the page for everybody."""

from django.urls import path

from tocsin.fieldwork.views import worker
from tocsin.mobilisation.hazard_reports.views import public

urlpatterns = [
    path("", public.page, name="report_hazard"),
    path("worker.js", worker, name="report_hazard_worker"),
    path("manifest.webmanifest", public.manifest, name="report_hazard_manifest"),
    path("firm.json", public.firm, name="report_hazard_firm"),
    path("reports", public.receive, name="receive_hazard_report"),
    path("launch", public.launch, name="launch_hazard_report"),
    path("similar", public.similar, name="similar_hazard_reports"),
    path("photos", public.photo, name="add_hazard_photo"),
    path("follow", public.follow, name="follow_hazard_report"),
    path("keys.json", public.keys, name="receipt_keys"),
]

"""Addresses of the audit trail."""

from django.urls import path

from tocsin.records.audit import views

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/verify/", views.verify_audit, name="verify_audit"),
]

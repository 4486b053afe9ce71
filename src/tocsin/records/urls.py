"""Addresses under /records/: the audit trail, papers and attachments."""

from django.urls import path

from tocsin.records import views

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/verify/", views.verify_audit, name="verify_audit"),
    path("attachments/<uuid:attachment_id>/", views.attachment, name="attachment"),
    path("papers/<slug:name>/<uuid:object_id>.pdf", views.paper, name="paper"),
]

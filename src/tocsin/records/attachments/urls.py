"""Address of an attachment."""

from django.urls import path

from tocsin.records.attachments import views as attachments_views

urlpatterns = [
    path("attachments/<uuid:attachment_id>/", attachments_views.attachment, name="attachment"),
]

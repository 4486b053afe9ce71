"""Addresses under /warnings/in/."""

from django.urls import path

from tocsin.mobilisation.incoming_warnings.views import incoming, sources

urlpatterns = [
    path("", incoming.warnings, name="incoming_warnings"),
    path("<uuid:incoming_warning_id>/", incoming.warning, name="incoming_warning"),
    path("<uuid:incoming_warning_id>/draft/", incoming.draft, name="draft_from_incoming"),
    path("<uuid:incoming_warning_id>/demands/<uuid:warning_demand_id>/", incoming.acknowledge, name="acknowledge_incoming"),
    path("messages/", incoming.messages, name="incoming_messages"),
    path("messages/<uuid:incoming_message_id>/", incoming.message, name="incoming_message"),
    path("messages/<uuid:incoming_message_id>/look/", incoming.look, name="look_at_incoming_message"),
    path("services/", sources.services, name="warning_services"),
    path("services/new/", sources.new_service, name="new_warning_service"),
    path("services/<uuid:warning_service_id>/", sources.edit_service, name="warning_service"),
    path("services/<uuid:warning_service_id>/bind/", sources.bind, name="bind_warning_token"),
    path("services/<uuid:warning_service_id>/end/", sources.end, name="end_warning_service"),
]

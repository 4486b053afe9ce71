"""Addresses of connectors, under /resources/."""

from django.urls import path

from tocsin.atlas.connectors import views

urlpatterns = [
    path("<uuid:resource_id>/connector/", views.connector, name="resource_connector"),
    path("<uuid:resource_id>/connector/try/", views.try_connector, name="try_resource_connector"),
    path("<uuid:resource_id>/connector/<str:name>/", views.act, name="act_on_resource_connector"),
]

"""Addresses under /warnings/, for those who work with them."""

from django.urls import path

from tocsin.mobilisation.public_warnings.views import outlets
from tocsin.mobilisation.public_warnings.views import warnings as views

urlpatterns = [
    path("", views.warnings, name="public_warnings"),
    path("channels/", outlets.channels, name="warning_channels"),
    path("channels/<uuid:outlet_id>/test/", outlets.test, name="test_warning_outlet"),
    path("channels/<uuid:outlet_id>/end/", outlets.end, name="end_warning_outlet"),
    path("new/", views.new_warning, name="new_public_warning"),
    path("<uuid:warning_id>/", views.warning, name="public_warning"),
    path("<uuid:warning_id>/edit/", views.edit_warning, name="edit_public_warning"),
    path("<uuid:warning_id>/update/", views.update, name="update_public_warning"),
    path("<uuid:warning_id>/<slug:name>/", views.act_on_warning, name="act_on_public_warning"),
]

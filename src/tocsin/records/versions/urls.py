"""Addresses under /policy/."""

from django.urls import path

from tocsin.records.versions import views

urlpatterns = [
    path("", views.policy, name="policy"),
    path("versions/<uuid:policy_version_id>/", views.policy_version, name="policy_version"),
    path("versions/<uuid:policy_version_id>/<slug:name>/", views.act_on_policy_version, name="act_on_policy_version"),
    path("<str:name>/", views.policy_file, name="policy_file"),
]

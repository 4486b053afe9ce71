"""Addresses under /tasks/rules/."""

from django.urls import path

from tocsin.supervision.points.views import policy

urlpatterns = [
    path("", policy.versions, {"subject": "tasks"}, name="task_policies"),
    path("<uuid:policy_version_id>/", policy.version, {"subject": "tasks"}, name="task_policy"),
    path("<uuid:policy_version_id>/<slug:name>/", policy.act, {"subject": "tasks"}, name="act_on_task_policy"),
]

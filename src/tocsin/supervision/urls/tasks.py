"""Addresses under /tasks/."""

from django.urls import path

from tocsin.supervision.views import policy_versions, tasks

urlpatterns = [
    path("", tasks.tasks, name="tasks"),
    path("rules/", policy_versions.versions, {"subject": "tasks"}, name="task_policies"),
    path("rules/<uuid:policy_version_id>/", policy_versions.version, {"subject": "tasks"}, name="task_policy"),
    path("rules/<uuid:policy_version_id>/<slug:name>/", policy_versions.act, {"subject": "tasks"}, name="act_on_task_policy"),
    path("<uuid:task_id>/", tasks.task, name="task"),
    path("<uuid:task_id>/<slug:name>/", tasks.act, name="act_on_task"),
]

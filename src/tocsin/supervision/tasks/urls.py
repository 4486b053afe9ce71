"""Addresses under /tasks/."""

from django.urls import path

from tocsin.supervision.tasks import views as tasks

urlpatterns = [
    path("", tasks.tasks, name="tasks"),
    path("<uuid:task_id>/", tasks.task, name="task"),
    path("<uuid:task_id>/<slug:name>/", tasks.act, name="act_on_task"),
]

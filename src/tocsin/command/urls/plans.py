"""Addresses under /plans/."""

from django.urls import path

from tocsin.command.views import plans

urlpatterns = [
    path("guidance/", plans.guidance, name="guidance"),
    path("tasks/<uuid:task_id>/end/", plans.end_task, name="end_plan_task"),
    path("<str:number>/<slug:code>/", plans.plan, name="plan"),
    path("<str:number>/<slug:code>/start/", plans.start, name="start_plan"),
]

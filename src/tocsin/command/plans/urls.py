"""Addresses under /plans/."""

from django.urls import path

from tocsin.command.guidance import views as guidance_views
from tocsin.command.plans.views import plans
from tocsin.command.plans.views import versions as cards

urlpatterns = [
    path("guidance/", guidance_views.guidance, name="guidance"),
    path("cards/", cards.cards, name="plan_cards"),
    path("cards/<slug:code>/", cards.card, name="plan_card"),
    path("cards/<slug:code>/switch-on/", cards.switch_on, name="switch_on_plan"),
    path("cards/<slug:code>/drop/", cards.drop_draft, name="drop_plan_draft"),
    path("tasks/<uuid:task_id>/end/", plans.end_task, name="end_plan_task"),
    path("<str:number>/<slug:code>/", plans.plan, name="plan"),
    path("<str:number>/<slug:code>/start/", plans.start, name="start_plan"),
]

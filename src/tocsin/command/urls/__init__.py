"""Addresses under /cases/."""

from django.urls import path

from tocsin.command.views import acts, pages

urlpatterns = [
    path("", pages.cases, name="cases"),
    path("<str:number>/", pages.case, name="case"),
    path("<uuid:case_id>/<slug:name>/", acts.act, name="act_on_case"),
]

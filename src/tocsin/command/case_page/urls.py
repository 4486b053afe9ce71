"""Addresses under /cases/."""

from django.urls import path

from tocsin.command.case_page.views import acts, files
from tocsin.command.case_page.views import case as case_page
from tocsin.command.case_page.views import cases as pages
from tocsin.command.handling import views as handling
from tocsin.command.intake import views as intake

urlpatterns = [
    path("", pages.cases, name="cases"),
    path("new/", intake.new_case, name="new_case"),
    path("new/taken/", intake.take_in, name="take_in"),
    path("new/similar/", intake.similar, name="similar_cases"),
    path("new/same/<uuid:case_id>/", intake.same_call, name="same_call"),
    path("<uuid:case_id>/level-preview/", handling.level_preview, name="case_level_preview"),
    path("<uuid:case_id>/dry-run/", handling.dry_run, name="case_dry_run"),
    path("<uuid:case_id>/files/", files.attach, name="attach_to_case"),
    path("<str:number>/", case_page.case, name="case"),
    path("<uuid:case_id>/<slug:name>/", acts.act, name="act_on_case"),
]

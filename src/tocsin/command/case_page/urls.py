"""Addresses under /cases/."""

from django.urls import path

from tocsin.command.case_page.views import acts, files, releases
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
    path("of-release/<uuid:release_estimate_id>/", releases.open_case, name="open_case_of_release"),
    path("<uuid:case_id>/release-orders/<uuid:release_estimate_id>/", releases.release_orders, name="release_orders"),
    path("<uuid:case_id>/level-preview/", handling.level_preview, name="case_level_preview"),
    path("<uuid:case_id>/lacks/", handling.closing_lacks, name="case_closing_lacks"),
    path("<uuid:case_id>/dry-run/", handling.dry_run, name="case_dry_run"),
    path("<uuid:case_id>/files/", files.attach, name="attach_to_case"),
    path("<str:number>/", case_page.case, name="case"),
    path("<uuid:case_id>/<slug:name>/", acts.act, name="act_on_case"),
]

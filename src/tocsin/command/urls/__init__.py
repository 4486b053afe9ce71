"""Addresses under /cases/."""

from django.urls import path

from tocsin.command.views import acts, case_page, files, handling, pages

urlpatterns = [
    path("", pages.cases, name="cases"),
    path("new/", handling.new_case, name="new_case"),
    path("<uuid:case_id>/dry-run/", handling.dry_run, name="case_dry_run"),
    path("<uuid:case_id>/files/", files.attach, name="attach_to_case"),
    path("<str:number>/", case_page.case, name="case"),
    path("<uuid:case_id>/<slug:name>/", acts.act, name="act_on_case"),
]

"""Addresses under /cases/."""

from django.urls import path

from tocsin.command.case_page.views import acts, files
from tocsin.command.case_page.views import case as case_page
from tocsin.command.case_page.views import cases as pages
from tocsin.command.handling import views as handling

urlpatterns = [
    path("", pages.cases, name="cases"),
    path("new/", handling.new_case, name="new_case"),
    path("<uuid:case_id>/dry-run/", handling.dry_run, name="case_dry_run"),
    path("<uuid:case_id>/files/", files.attach, name="attach_to_case"),
    path("<str:number>/", case_page.case, name="case"),
    path("<uuid:case_id>/<slug:name>/", acts.act, name="act_on_case"),
]

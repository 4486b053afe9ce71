"""Addresses under /reports/: reporting upward."""

from django.urls import path

from tocsin.command.reports import views as reports

urlpatterns = [
    path("", reports.reports, name="reports"),
    path("<uuid:report_id>/", reports.report, name="report"),
    path("<uuid:report_id>/export/", reports.export, name="export_report"),
    path("<uuid:report_id>/<slug:name>/", reports.act_on_report, name="act_on_report"),
    path("cases/<uuid:case_id>/first/", reports.first_report, name="first_report"),
    path("cases/<uuid:case_id>/follow-up/", reports.follow_up, name="follow_up_report"),
    path("cases/<uuid:case_id>/casualties/", reports.casualties, name="change_casualties"),
]

"""Addresses under /hazard-reports/: the desk."""

from django.urls import path

from tocsin.fieldwork.urls import phone_addresses
from tocsin.mobilisation.hazard_reports.shown.checks import CHECKER
from tocsin.mobilisation.hazard_reports.views import desk, photos, routing, taking_in

urlpatterns = [
    path("", desk.reports, name="hazard_reports"),
    path("new/", taking_in.new_report, name="new_hazard_report"),
    path("new/similar/", taking_in.similar, name="similar_reports_at_the_desk"),
    path("new/take-in/", taking_in.take_in, name="take_in_hazard_report"),
    *phone_addresses(CHECKER, "phone/"),
    path("routing/", routing.routing, name="hazard_routing"),
    path("routing/propose/", routing.propose_situations, name="propose_situations"),
    path("<uuid:hazard_report_id>/", desk.report, name="hazard_report"),
    path("<uuid:hazard_report_id>/photos/<int:photo_number>/", photos.photo, name="hazard_photo"),
    path("<uuid:hazard_report_id>/photos/<int:photo_number>/decide/", photos.decide_photo, name="decide_hazard_photo"),
    path("<uuid:hazard_report_id>/photos/<int:photo_number>/look/", photos.look_again, name="look_again_at_hazard_photo"),
    path("<uuid:hazard_report_id>/photos/<int:photo_number>/open/", photos.open_photo, name="open_hazard_photo"),
    path("<uuid:hazard_report_id>/receipt/", taking_in.print_receipt, name="print_hazard_receipt"),
    path("<uuid:hazard_report_id>/<slug:name>/", desk.act_on_report, name="act_on_hazard_report"),
]

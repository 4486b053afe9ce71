"""Addresses under /inspections/."""

from django.urls import path

from tocsin.fieldwork.urls import phone_addresses
from tocsin.supervision.inspections.shown.phone import INSPECTOR
from tocsin.supervision.inspections.views import cards, documents, draws, findings, inspections

urlpatterns = [
    path("", inspections.inspections, name="inspections"),
    path("new/", inspections.new, name="new_inspection"),
    *phone_addresses(INSPECTOR, "phone/"),
    path("findings/", findings.findings, name="findings"),
    path("findings/<uuid:finding_id>/", findings.finding, name="finding"),
    path("findings/<uuid:finding_id>/<slug:name>/", findings.act, name="act_on_finding"),
    path("draws/", draws.draws, name="draws"),
    path("draws/<uuid:draw_id>/", draws.draw, name="draw"),
    path("draws/<uuid:draw_id>/check/", draws.public_draw, name="public_draw"),
    path("gaming/", draws.signs, name="gaming_signs"),
    path("gaming/<uuid:gaming_sign_id>/", draws.decide, name="decide_gaming_sign"),
    path("checklists/", draws.lists, name="check_lists"),
    path("checklists/<slug:code>/", draws.check_list, name="check_list"),
    path("cards/", cards.cards, name="inspector_cards"),
    path("documents/", documents.documents, name="legal_documents"),
    path("<uuid:inspection_id>/", inspections.inspection, name="inspection"),
]

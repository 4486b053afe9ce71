"""Addresses under /lifelines/."""

from django.urls import path

from tocsin.lifelines.views import assets, corrections, edits

urlpatterns = [
    path("assets/", assets.assets, name="assets"),
    path("assets/load/", assets.moved_load, name="moved_load"),
    path("assets/new/", edits.new, name="new_asset"),
    path("assets/enter/", edits.create, name="create_asset"),
    path("assets/<uuid:asset_id>/", assets.asset, name="asset"),
    path("assets/<uuid:asset_id>/edit/", edits.edit, name="edit_asset"),
    path("assets/<uuid:asset_id>/<slug:name>/", edits.act_on_asset, name="act_on_asset"),
    path("changes/", edits.changes, name="network_changes"),
    path("changes/<uuid:network_edit_id>/take-back/", edits.take_back, name="take_back_edit"),
    path("corrections/", corrections.corrections, name="network_corrections"),
    path("corrections/new/", corrections.new, name="new_correction"),
    path("corrections/propose/", corrections.propose, name="propose_correction"),
    path("corrections/<uuid:network_correction_id>/", corrections.correction, name="network_correction"),
    path("corrections/<uuid:network_correction_id>/<slug:name>/", corrections.act_on_correction, name="act_on_correction"),
]

"""Addresses under /supplies/ of requisitions."""

from django.urls import path

from tocsin.supplies.requisitions.views import lists, requisitions

urlpatterns = [
    path("requisitions/", requisitions.requisitions, name="requisitions"),
    path("requisitions/draft/", requisitions.draft, name="draft_requisition"),
    path("requisitions/<uuid:requisition_id>/", requisitions.requisition_page, name="requisition"),
    path("requisitions/<uuid:requisition_id>/lists/", lists.write, name="write_requisition_list"),
    path("requisitions/<uuid:requisition_id>/claim/", lists.claim, name="claim_requisition"),
    path("requisitions/<uuid:requisition_id>/value/", lists.value, name="value_requisition"),
    path("requisitions/<uuid:requisition_id>/<slug:name>/", requisitions.act, name="act_on_requisition"),
]

"""Addresses under /sharing/."""

from django.urls import path

from tocsin.atlas.exchange.views import desk, selection_files

urlpatterns = [
    path("", desk.agreements, name="agreements"),
    path("readings/", desk.readings, name="readings"),
    path("ask/<uuid:resource_id>/", desk.ask, name="ask_agreement"),
    path("ask/<uuid:resource_id>/send/", desk.send_request, name="send_agreement"),
    path("files/", selection_files.selection_files, name="selection_files"),
    path("files/ask/<str:name>/", selection_files.ask, name="ask_selection_file"),
    path("files/<uuid:selection_file_id>/", selection_files.selection_file, name="selection_file"),
    path("files/<uuid:selection_file_id>/content/", selection_files.content, name="selection_file_content"),
    path("files/<uuid:selection_file_id>/drop/", selection_files.drop, name="drop_selection_file"),
    path("<uuid:agreement_id>/", desk.agreement, name="agreement"),
    path("<uuid:agreement_id>/<str:name>/", desk.act_on_agreement, name="act_on_agreement"),
]

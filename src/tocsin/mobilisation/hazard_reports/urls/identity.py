"""Addresses under /identity/: keys and openings of sealed identities."""

from django.urls import path

from tocsin.mobilisation.hazard_reports.views import identity

urlpatterns = [
    path("", identity.keys, name="identity_keys"),
    path("keys/", identity.propose_key, name="propose_identity_key"),
    path("keys/<uuid:identity_key_id>/decide/", identity.decide_key, name="decide_identity_key"),
    path("keys/<uuid:identity_key_id>/lost/", identity.lose_key, name="lose_identity_key"),
    path("keys/<uuid:identity_key_id>/destroyed/", identity.destroy_key, name="destroy_identity_key"),
    path("keys/<uuid:identity_key_id>/bundle/", identity.take_bundle, name="take_reseal_bundle"),
    path("keys/<uuid:identity_key_id>/answer/", identity.hand_in_answer, name="hand_in_reseal_answer"),
    path("ask/", identity.ask, name="ask_for_identity"),
    path("<uuid:identity_request_id>/decide/", identity.decide, name="decide_identity"),
    path("<uuid:identity_request_id>/take/", identity.take, name="take_identity"),
    path("<uuid:identity_request_id>/hand-on/", identity.hand_on, name="hand_on_identity"),
    path("<uuid:identity_request_id>/end/", identity.end, name="end_identity"),
]

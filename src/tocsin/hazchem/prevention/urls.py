"""Addresses of dual prevention, under /prevention/."""

from django.urls import path

from tocsin.fieldwork.urls import phone_addresses
from tocsin.hazchem.prevention.shown.phone import CHECK_PHONE
from tocsin.hazchem.prevention.views import checks, dynamic, evaluation, forms, ledger

urlpatterns = [
    path("", ledger.risk_events, name="risk_events"),
    path("of/<uuid:object_id>/", forms.enter_event, name="enter_risk_event"),
    path("of/<uuid:object_id>/table/", forms.import_risks, name="import_risks"),
    path("objects/<uuid:risk_object_id>/", forms.change_object, name="change_risk_object"),
    path("units/<uuid:risk_unit_id>/tie/", forms.tie_unit, name="tie_risk_unit"),
    path("events/<uuid:risk_event_id>/", ledger.risk_event, name="risk_event"),
    path("events/<uuid:risk_event_id>/change/", forms.change_event, name="change_risk_event"),
    path("events/<uuid:risk_event_id>/do/<slug:name>/", ledger.act_on_event, name="act_on_risk_event"),
    path("risk/", dynamic.dynamic_risks, name="dynamic_risks"),
    path("risk/<uuid:object_id>/", dynamic.dynamic_risk_of, name="dynamic_risk_of"),
    path("evaluation/", evaluation.evaluations, name="prevention_evaluations"),
    path("evaluation/<uuid:object_id>/", evaluation.evaluation, name="prevention_evaluation"),
    path("evaluation/<uuid:object_id>/record/", evaluation.enter_record, name="enter_prevention_record"),
    path("evaluation/<uuid:object_id>/withdraw/", evaluation.withdraw_record, name="withdraw_prevention_record"),
    *phone_addresses(CHECK_PHONE, "phone/"),
    path("checks/", checks.risk_checks, name="risk_checks"),
    path("checks/<uuid:check_task_id>/", checks.risk_check, name="risk_check"),
    path("checks/<uuid:check_task_id>/result/", checks.enter_result, name="enter_check_result"),
]

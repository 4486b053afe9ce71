"""Addresses of dual prevention, under /prevention/."""

from django.urls import path

from tocsin.hazchem.prevention.views import checks, forms, ledger

urlpatterns = [
    path("", ledger.risk_events, name="risk_events"),
    path("of/<uuid:object_id>/", forms.enter_event, name="enter_risk_event"),
    path("of/<uuid:object_id>/table/", forms.import_risks, name="import_risks"),
    path("objects/<uuid:risk_object_id>/", forms.change_object, name="change_risk_object"),
    path("units/<uuid:risk_unit_id>/tie/", forms.tie_unit, name="tie_risk_unit"),
    path("events/<uuid:risk_event_id>/", ledger.risk_event, name="risk_event"),
    path("events/<uuid:risk_event_id>/change/", forms.change_event, name="change_risk_event"),
    path("events/<uuid:risk_event_id>/do/<slug:name>/", ledger.act_on_event, name="act_on_risk_event"),
    path("checks/", checks.risk_checks, name="risk_checks"),
    path("checks/<uuid:check_task_id>/", checks.risk_check, name="risk_check"),
    path("checks/<uuid:check_task_id>/result/", checks.enter_result, name="enter_check_result"),
]

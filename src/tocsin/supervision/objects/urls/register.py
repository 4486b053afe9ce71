"""Addresses under /objects/."""

from django.urls import path

from tocsin.supervision.objects.views import (
    codes,
)
from tocsin.supervision.objects.views import (
    forms as objects_forms,
)
from tocsin.supervision.objects.views import (
    matching as objects_matching,
)
from tocsin.supervision.objects.views import (
    register as objects,
)
from tocsin.supervision.objects.views import (
    tables as objects_import,
)

urlpatterns = [
    path("", objects.objects, name="objects"),
    path("new/", objects_forms.new_object, name="new_object"),
    path("accounts/", objects.open_accounts, name="open_firm_accounts"),
    path("signs/", codes.print_signs, name="print_signs"),
    path("imports/", objects_import.imports, name="object_imports"),
    path("imports/<uuid:object_import_id>/", objects_import.object_import, name="object_import"),
    path("matching/", objects_matching.matching, name="objects_matching"),
    path("matching/again/", objects_matching.again, name="match_again"),
    path("matching/<uuid:record_id>/<slug:name>/", objects_matching.decide, name="decide_record"),
    path("<uuid:object_id>/", objects.supervised_object, name="supervised_object"),
    path("<uuid:object_id>/change/", objects_forms.change_object, name="change_object"),
    path("<uuid:object_id>/code.svg", codes.screen_code, {"kind": "svg"}, name="screen_code"),
    path("<uuid:object_id>/code.png", codes.screen_code, {"kind": "png"}, name="screen_code_png"),
    path("<uuid:object_id>/sign.svg", codes.sign_code, {"kind": "svg"}, name="sign_code"),
    path("<uuid:object_id>/sign.png", codes.sign_code, {"kind": "png"}, name="sign_code_png"),
    path("<uuid:object_id>/code/", codes.issue, name="issue_code"),
    path("<uuid:object_id>/<slug:name>/", objects_forms.act, name="act_on_object"),
]

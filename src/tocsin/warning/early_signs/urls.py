"""Addresses of early signs."""

from django.urls import path

from tocsin.warning.early_signs import views as early_signs

urlpatterns = [
    path("early-signs/", early_signs.early_signs, name="early_signs"),
    path("early-signs/<uuid:early_sign_id>/", early_signs.early_sign, name="early_sign"),
    path("early-signs/<uuid:early_sign_id>/seen/", early_signs.see, name="see_early_sign"),
    path("early-signs/<uuid:early_sign_id>/judge/", early_signs.judge, name="judge_early_sign"),
]

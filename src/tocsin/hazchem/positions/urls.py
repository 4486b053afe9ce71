"""Addresses of positions in plants, under /plants/positions/."""

from django.urls import path

from tocsin.hazchem.positions.views import keeping, positions

urlpatterns = [
    path("", positions.positions, name="positions"),
    path("of/<uuid:supervised_object_id>/", positions.firm_positions, name="firm_positions"),
    path("of/<uuid:supervised_object_id>/register/", keeping.register_of, name="position_register"),
    path("of/<uuid:supervised_object_id>/do/<slug:name>/", keeping.act_on_register, name="act_on_position_register"),
    path("tags/<uuid:position_tag_id>/", positions.position_tag, name="position_tag"),
    path("tags/<uuid:position_tag_id>/do/<slug:name>/", keeping.act_on_tag, name="act_on_position_tag"),
    path("gateways/<uuid:position_gateway_id>/change/", keeping.change_gateway, name="change_position_gateway"),
    path("plans/<uuid:plant_plan_id>/withdraw/", keeping.withdraw_plan, name="withdraw_plant_plan"),
]

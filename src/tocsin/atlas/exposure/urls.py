"""Addresses under /exposed/."""

from django.urls import path

from tocsin.atlas.exposure.views import area, bodies, grids, telling

urlpatterns = [
    path("", bodies.bodies, name="exposed_bodies"),
    path("area/", area.area, name="exposed_area"),
    path("tell/", telling.tell, name="tell_exposed_bodies"),
    path("tell/now/", telling.tell_now, name="tell_exposed_bodies_now"),
    path("new/", bodies.new, name="new_exposed_body"),
    path("register/", bodies.register, name="register_exposed_body"),
    path("grids/", grids.grids, name="population_grids"),
    path("grids/take/", grids.take_grid, name="take_population_grid"),
    path("grids/from-bodies/", grids.grid_from_bodies, name="population_grid_from_bodies"),
    path("<uuid:body_id>/", bodies.body, name="exposed_body"),
    path("<uuid:body_id>/change/", bodies.change, name="change_exposed_body"),
    path("<uuid:body_id>/state/", bodies.state, name="exposed_body_state"),
]

"""Addresses under /settings/backup/."""

from django.urls import path

from tocsin.records.backups import views

urlpatterns = [
    path("", views.backups, name="backups"),
    path("runs/", views.backup_runs, name="backup_runs"),
    path("plan/", views.enter_backup_plan, name="enter_backup_plan"),
    path("now/", views.ask_for_backup, name="ask_for_backup"),
    path("rehearse/", views.ask_for_rehearsal, name="ask_for_rehearsal"),
    path("rehearsed/", views.enter_rehearsal, name="enter_rehearsal"),
]

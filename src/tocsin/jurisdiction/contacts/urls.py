"""Addresses of one's own contact points and of the telephone book."""

from django.urls import path

from tocsin.jurisdiction.contacts.views import own_notices, phone_book

urlpatterns = [
    path("phone-book/", phone_book.phone_book, name="phone_book"),
    path("phone-book/export/", phone_book.export_phone_book, name="export_phone_book"),
    path("account/notices/", own_notices.own_notices, name="own_notices"),
    path("account/contacts/", own_notices.add_own_contact, name="add_own_contact"),
    path("account/contacts/<uuid:contact_point_id>/remove/", own_notices.remove_own_contact, name="remove_own_contact"),
    path("account/contacts/<uuid:contact_point_id>/code/", own_notices.ask_code, name="ask_contact_code"),
    path("account/contacts/<uuid:contact_point_id>/confirm/", own_notices.confirm_own_contact, name="confirm_own_contact"),
    path("account/contacts/preference/", own_notices.prefer_contacts, name="prefer_contacts"),
]

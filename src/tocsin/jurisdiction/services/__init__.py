"""Everything that is written about rights. Keyword-only, each act checked, in one transaction with its audit entry."""

from tocsin.jurisdiction.services.checks import require, require_person_at_screen, system_actor
from tocsin.jurisdiction.services.grants import grant_role, revoke_role
from tocsin.jurisdiction.services.logins import TooManyFailures, check_brake, record_failure, record_login
from tocsin.jurisdiction.services.organisations import edit_organisation, register_organisation
from tocsin.jurisdiction.services.people import (
    change_own_password,
    create_person,
    disable_person,
    enable_person,
    new_one_time_password,
    reset_password,
    set_language,
    set_password,
)
from tocsin.jurisdiction.services.start import ensure_first_administrator, ensure_organisations, ensure_regions
from tocsin.jurisdiction.services.tokens import create_token, person_of_token, revoke_token

__all__ = [
    "TooManyFailures",
    "change_own_password",
    "check_brake",
    "create_person",
    "create_token",
    "disable_person",
    "edit_organisation",
    "enable_person",
    "ensure_first_administrator",
    "ensure_organisations",
    "ensure_regions",
    "grant_role",
    "new_one_time_password",
    "person_of_token",
    "record_failure",
    "record_login",
    "register_organisation",
    "require",
    "require_person_at_screen",
    "reset_password",
    "revoke_role",
    "revoke_token",
    "set_language",
    "set_password",
    "system_actor",
]

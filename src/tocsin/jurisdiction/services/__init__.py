"""Everything that is written about rights. Keyword-only, each act checked, in one transaction with its audit entry."""

from tocsin.jurisdiction.services.checks import require, require_person_at_screen, system_actor
from tocsin.jurisdiction.services.contacts import (
    LEVELS,
    add_contact_point,
    add_post,
    prefer_contacts,
    record_contact_check,
    remove_contact_point,
    remove_post,
)
from tocsin.jurisdiction.services.duty_plans import PlanRow, preview_duty_plan, read_duty_plan, take_duty_plan
from tocsin.jurisdiction.services.grants import grant_role, revoke_role
from tocsin.jurisdiction.services.imports import ImportReport, import_contacts, import_organisations
from tocsin.jurisdiction.services.logins import (
    TooManyFailures,
    check_brake,
    check_password,
    recognise_person,
    record_failure,
    record_login,
)
from tocsin.jurisdiction.services.organisations import edit_organisation, register_organisation, set_duties, set_superior
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
from tocsin.jurisdiction.services.rosters import (
    add_layer,
    cancel_leave,
    cancel_stand_in,
    create_roster,
    end_layer,
    end_roster,
    enter_leave,
    put_stand_in,
)
from tocsin.jurisdiction.services.second_step import (
    check_second_step,
    draw_second_step,
    new_second_step_secret,
    set_up_second_step,
)
from tocsin.jurisdiction.services.sessions import (
    begin_session,
    demands_second_step,
    end_session,
    keep_session,
    keep_session_of_stream,
    keep_session_with_new_password,
    list_sessions,
    note_second_step,
)
from tocsin.jurisdiction.services.start import ensure_first_administrator, ensure_organisations, ensure_regions
from tocsin.jurisdiction.services.swaps import (
    answer_swap,
    ask_swap,
    withdraw_swap,
)
from tocsin.jurisdiction.services.tellings import (
    tell_of_rosters,
)
from tocsin.jurisdiction.services.tokens import create_token, person_of_token, revoke_token

__all__ = [
    "LEVELS",
    "ImportReport",
    "PlanRow",
    "TooManyFailures",
    "add_contact_point",
    "add_layer",
    "add_post",
    "answer_swap",
    "ask_swap",
    "begin_session",
    "cancel_leave",
    "cancel_stand_in",
    "change_own_password",
    "check_brake",
    "check_password",
    "check_second_step",
    "create_person",
    "create_roster",
    "create_token",
    "demands_second_step",
    "disable_person",
    "draw_second_step",
    "edit_organisation",
    "enable_person",
    "end_layer",
    "end_roster",
    "end_session",
    "ensure_first_administrator",
    "ensure_organisations",
    "ensure_regions",
    "enter_leave",
    "grant_role",
    "import_contacts",
    "import_organisations",
    "keep_session",
    "keep_session_of_stream",
    "keep_session_with_new_password",
    "list_sessions",
    "new_one_time_password",
    "new_second_step_secret",
    "note_second_step",
    "person_of_token",
    "prefer_contacts",
    "preview_duty_plan",
    "put_stand_in",
    "read_duty_plan",
    "recognise_person",
    "record_contact_check",
    "record_failure",
    "record_login",
    "register_organisation",
    "remove_contact_point",
    "remove_post",
    "require",
    "require_person_at_screen",
    "reset_password",
    "revoke_role",
    "revoke_token",
    "set_duties",
    "set_language",
    "set_password",
    "set_superior",
    "set_up_second_step",
    "system_actor",
    "take_duty_plan",
    "tell_of_rosters",
    "withdraw_swap",
]

"""What other capabilities may use of jurisdiction: who is who, who may do what, who is on duty."""

from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.areas.policy import is_working_day, use_calendar
from tocsin.jurisdiction.areas.queries import (
    all_regions,
    areas_with_towns,
    names_of_towns,
    region_names,
    towns_of_area,
    towns_within,
)
from tocsin.jurisdiction.areas.services import ensure_regions, ensure_towns, shipped_areas, shipped_towns
from tocsin.jurisdiction.bodies.models import ORGANISATION_KINDS, Duty, Organisation
from tocsin.jurisdiction.bodies.queries import (
    DutyBook,
    bodies_with_duty,
    narrowest,
    nearest_authority,
    next_desk,
    organisation_by_code,
    organisation_names,
    organisations_by_code,
    visible_organisations,
)
from tocsin.jurisdiction.bodies.services import (
    edit_organisation,
    enter_area,
    enter_town,
    is_subject,
    register_organisation,
    set_duties,
    set_superior,
    text_problems,
    withdraw_area,
    withdraw_organisation,
    withdraw_town,
)
from tocsin.jurisdiction.contacts.models import ContactPoint, Post, contact_kinds, shortened
from tocsin.jurisdiction.contacts.policy import policy as contact_policy
from tocsin.jurisdiction.contacts.queries.phone_book import sees_numbers
from tocsin.jurisdiction.contacts.queries.points import (
    ContactPoints,
    contact_points_of,
    desk_of,
    may_ring,
    own_addresses,
    takes_messages,
)
from tocsin.jurisdiction.contacts.services.confirming import ToConfirm, contact_code, points_to_confirm
from tocsin.jurisdiction.contacts.services.points import (
    add_contact_point,
    add_post,
    check_reachable,
    remove_contact_point,
    remove_post,
    reorder_contact_point,
)
from tocsin.jurisdiction.list_views.models import SavedListView
from tocsin.jurisdiction.list_views.queries import shared_list_views
from tocsin.jurisdiction.list_views.services import share_with_body, take_shared_view_back
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.queries import (
    bodies_with_people,
    browsers_by_id,
    locked_people,
    openers_of,
    own_tokens,
    people_by_id,
    people_in_force,
    people_of_body,
    people_who_may,
    people_who_may_anywhere,
    people_who_work_in,
    people_without_password,
    person_by_username,
    region_of,
    region_of_work,
    regions_of_work,
    token_name,
    tokens_in_force,
    usernames_taken,
    visible_people,
)
from tocsin.jurisdiction.people.services.accounts import (
    USERNAME,
    NewAccount,
    hand_out_passwords,
    keep_account,
    set_language,
    set_one_time_password,
    withdraw_unused_account,
)
from tocsin.jurisdiction.people.services.firms import OneTimePassword, open_firm_account
from tocsin.jurisdiction.people.services.grants import grant_role, revoke_role
from tocsin.jurisdiction.people.services.guesses import too_many_guesses
from tocsin.jurisdiction.people.services.leaving import forget_people, people_who_left
from tocsin.jurisdiction.people.services.logins import TooManyFailures
from tocsin.jurisdiction.people.services.second_step import seal_second_steps_anew
from tocsin.jurisdiction.people.services.sessions import (
    end_all_sessions,
    keep_session,
    keep_session_of_stream,
    second_step_waits_until,
)
from tocsin.jurisdiction.people.services.start import ensure_first_administrator, missing_usual_bodies
from tocsin.jurisdiction.people.services.system import system_actor, unread_system_actor
from tocsin.jurisdiction.people.services.tokens import RefusedToken, end_every_token, person_behind_token, person_of_token
from tocsin.jurisdiction.people.services.volunteers import (
    close_volunteer_account,
    new_volunteer_account,
    open_volunteer_account,
)
from tocsin.jurisdiction.people.views.programs import WrongToken, know_caller
from tocsin.jurisdiction.rights.models import ROLE_NAMES
from tocsin.jurisdiction.rights.queries import (
    Person,
    administered,
    may,
    may_anywhere,
    reach,
    region_prefixes,
    regions_within,
    roles_of,
    scope,
)
from tocsin.jurisdiction.rights.services import require, require_person_at_screen
from tocsin.jurisdiction.rights.views import needs
from tocsin.jurisdiction.rosters.models import Roster, StandIn, Swap
from tocsin.jurisdiction.rosters.queries.planning import planners_of, rosters_by_id, swaps_by_id
from tocsin.jurisdiction.rosters.queries.rosters import next_on_call, on_call, on_call_here
from tocsin.jurisdiction.rosters.services.rosters import cancel_stand_in, put_stand_in
from tocsin.jurisdiction.rosters.shown import HOLE_NAMES

__all__ = [
    "HOLE_NAMES",
    "ORGANISATION_KINDS",
    "ROLE_NAMES",
    "USERNAME",
    "ContactPoint",
    "ContactPoints",
    "Duty",
    "DutyBook",
    "NewAccount",
    "OneTimePassword",
    "Organisation",
    "Person",
    "Post",
    "RefusedToken",
    "Region",
    "Roster",
    "SavedListView",
    "StandIn",
    "Swap",
    "ToConfirm",
    "TooManyFailures",
    "User",
    "WrongToken",
    "add_contact_point",
    "add_post",
    "administered",
    "all_regions",
    "areas_with_towns",
    "bodies_with_duty",
    "bodies_with_people",
    "browsers_by_id",
    "cancel_stand_in",
    "check_reachable",
    "close_volunteer_account",
    "contact_code",
    "contact_kinds",
    "contact_points_of",
    "contact_policy",
    "desk_of",
    "edit_organisation",
    "end_all_sessions",
    "end_every_token",
    "ensure_first_administrator",
    "ensure_regions",
    "ensure_towns",
    "enter_area",
    "enter_town",
    "forget_people",
    "grant_role",
    "hand_out_passwords",
    "is_subject",
    "is_working_day",
    "keep_account",
    "keep_session",
    "keep_session_of_stream",
    "know_caller",
    "locked_people",
    "may",
    "may_anywhere",
    "may_ring",
    "missing_usual_bodies",
    "names_of_towns",
    "narrowest",
    "nearest_authority",
    "needs",
    "new_volunteer_account",
    "next_desk",
    "next_on_call",
    "on_call",
    "on_call_here",
    "open_firm_account",
    "open_volunteer_account",
    "openers_of",
    "organisation_by_code",
    "organisation_names",
    "organisations_by_code",
    "own_addresses",
    "own_tokens",
    "people_by_id",
    "people_in_force",
    "people_of_body",
    "people_who_left",
    "people_who_may",
    "people_who_may_anywhere",
    "people_who_work_in",
    "people_without_password",
    "person_behind_token",
    "person_by_username",
    "person_of_token",
    "planners_of",
    "points_to_confirm",
    "put_stand_in",
    "reach",
    "region_names",
    "region_of",
    "region_of_work",
    "region_prefixes",
    "regions_of_work",
    "regions_within",
    "register_organisation",
    "remove_contact_point",
    "remove_post",
    "reorder_contact_point",
    "require",
    "require_person_at_screen",
    "revoke_role",
    "roles_of",
    "rosters_by_id",
    "scope",
    "seal_second_steps_anew",
    "second_step_waits_until",
    "sees_numbers",
    "set_duties",
    "set_language",
    "set_one_time_password",
    "set_superior",
    "share_with_body",
    "shared_list_views",
    "shipped_areas",
    "shipped_towns",
    "shortened",
    "swaps_by_id",
    "system_actor",
    "take_shared_view_back",
    "takes_messages",
    "text_problems",
    "token_name",
    "tokens_in_force",
    "too_many_guesses",
    "towns_of_area",
    "towns_within",
    "unread_system_actor",
    "use_calendar",
    "usernames_taken",
    "visible_organisations",
    "visible_people",
    "withdraw_area",
    "withdraw_organisation",
    "withdraw_town",
    "withdraw_unused_account",
]

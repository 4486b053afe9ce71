// What the inspector's page knows, as the API tells it.
import type { ActDataIn, CheckItemOut, InspectionDetailOut, InspectorsPhoneOut, WaitingRecheckOut } from "../../generated/api";

export type Inspector = InspectorsPhoneOut;
/** Of an inspection what the page shows; one that was begun on this device knows no more of itself. */
export type Inspection = Pick<
  InspectionDetailOut,
  | "id"
  | "number"
  | "object_name"
  | "object_code"
  | "check_list_name"
  | "check_list_version"
  | "state"
  | "state_name"
  | "first_inspector"
  | "second_inspector"
  | "version"
  | "party"
  | "party_refused"
  | "list_items"
  | "entries"
  | "found"
>;
export type Item = CheckItemOut;
export type Recheck = WaitingRecheckOut;

/** What an entry about an inspection carries; `open` also what the inspection is of, for one that was begun on this device. */
export type Said = ActDataIn;

// What the page of those on site knows: their permits as last read, and what was entered there.
import type { PermitEntryIn, PermitFieldDataIn, PermitPhoneOut, PhonePermitOut } from "../../generated/api";
import type { Waiting } from "../field/store";

export type OnSite = PermitPhoneOut;
export type Permit = PhonePermitOut;
export type Data = Partial<PermitFieldDataIn>;

/** An entry that waits, or was refused for a reason. */
export interface Queued extends Waiting, Pick<PermitEntryIn, "work_permit_id"> {
  data: Data;
}

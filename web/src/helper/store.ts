// What the volunteer's page knows: their calls as last read, and what was entered for them.
import type { CallDataIn, CallEntryIn, HelpCallOut, HelperOut } from "../../generated/api";
import type { Waiting } from "../field/store";

export type Helper = HelperOut;
export type Call = HelpCallOut;
export type Data = CallDataIn;

/** An entry that waits, or was refused for a reason. */
export interface Queued extends Waiting, Pick<CallEntryIn, "call_id"> {
  data: Data;
}

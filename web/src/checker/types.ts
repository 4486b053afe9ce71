// What the checkers' page knows, as the API tells it, and what is entered there.
import type { CheckedReportOut, CheckDataIn, CheckEntryIn, CheckerPhoneOut } from "../../generated/api";
import type { Waiting } from "../field/store";
import type { Wires } from "../field/sync";

export type Checker = CheckerPhoneOut;
export type Report = CheckedReportOut;
export type Said = CheckDataIn;

/** An entry that waits, or was refused for a reason. */
export interface Entered extends Waiting, Pick<CheckEntryIn, "hazard_report_id"> {
  data: Said;
}

export function wires(api: string): Wires<Entered> {
  const photos = (entry: Entered): string => `${api}checks/photos?hazard_report_id=${entry.hazard_report_id}`;
  return { name: "checker", page: `${api}checks/phone`, entries: `${api}checks/entries`, photos, seal: "seal.json" };
}

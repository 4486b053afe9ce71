// The way of those who check to the server: entries are about checks; the code that was scanned goes with the next one.
import type { RiskCheckEntryIn, CheckFieldDataIn, CheckPhoneOut, PhoneCheckOut } from "../../generated/api";
import { place } from "../field/dialog";
import { PlaceProof } from "../field/place";
import type { Store, Waiting } from "../field/store";
import { Sync as Field } from "../field/sync";

export type Check = PhoneCheckOut;
export type Data = Partial<CheckFieldDataIn>;

/** A result that waits, or was refused for a reason. */
export interface Queued extends Waiting, Pick<RiskCheckEntryIn, "check_task_id"> {
  data: Data;
}

export class Sync extends Field<CheckPhoneOut, Queued> {
  /** What was scanned at the place of a check. */
  readonly proof = new PlaceProof(() => this.changed());

  constructor(store: Store<Queued>, api: string, changed: () => void) {
    const photos = (entry: Queued): string => `${api}check-tasks/${entry.check_task_id}/photos`;
    const wires = { name: "prevention", page: `${api}check-phone`, entries: `${api}check-entries`, photos, seal: "seal.json" };
    super(store, wires, changed);
  }

  /** Keeps what was found at a check, with the code that was scanned; the place of the device comes a moment later. */
  enter(check: Check, act: string, data: Data, picture?: File): Promise<void> {
    const late = picture ? undefined : place();
    return this.keep({ check_task_id: check.id }, check.version, act, { ...data, ...this.proof.take(check.id) }, picture, late);
  }
}

// The way of those on site to the server: entries are about permits; the code that was scanned goes with the next one.
import { place } from "../field/dialog";
import { PlaceProof } from "../field/place";
import type { Store } from "../field/store";
import { Sync as Field } from "../field/sync";
import type { Data, OnSite, Permit, Queued } from "./store";

export class Sync extends Field<OnSite, Queued> {
  /** What was scanned at the place of a permit. */
  readonly proof = new PlaceProof(() => this.changed());

  constructor(store: Store<Queued>, api: string, changed: () => void) {
    const photos = (entry: Queued): string => `${api}work-permits/${entry.work_permit_id}/photos`;
    const wires = { name: "permit", page: `${api}permit-phone`, entries: `${api}work-permit-entries`, photos, seal: "seal.json" };
    super(store, wires, changed);
  }

  /** Keeps what was done at a permit, with the code that was scanned; the place of the device comes a moment later. */
  enter(permit: Permit, act: string, data: Data, picture?: File): Promise<void> {
    const code = picture ? {} : this.proof.take(permit.id);
    const late = picture ? undefined : place();
    return this.keep({ work_permit_id: permit.id }, permit.version, act, { ...data, ...code }, picture, late);
  }
}

// The volunteer's own way to the server: entries are about calls.
import type { Store } from "../field/store";
import { Sync as Field } from "../field/sync";
import type { Data, Helper, Queued } from "./store";

export class Sync extends Field<Helper, Queued> {
  constructor(store: Store<Queued>, api: string, changed: () => void) {
    const photos = (): string => `${api}calls/entries`; // no photos are asked for
    super(store, { name: "helper", page: `${api}helper`, entries: `${api}calls/entries`, photos, seal: "seal.json" }, changed);
  }

  /** Keeps what was entered for a call. */
  enter(callId: string, act: string, data: Data): Promise<void> {
    const version = this.page?.calls.find((one) => one.id === callId)?.version ?? 0;
    return this.keep({ call_id: callId }, version, act, data);
  }
}

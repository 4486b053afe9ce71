// The walker's own way to the server: entries are about walks, each names its door.
import type { Store } from "../field/store";
import { Sync as Field } from "../field/sync";
import type { Data, Knocker, Queued, Walk } from "./store";

export class Sync extends Field<Knocker, Queued> {
  constructor(store: Store<Queued>, api: string, changed: () => void) {
    const entries = `${api}door-walks/entries`;
    const photos = (): string => entries; // no photos are asked for: whoever lives there is not to be pictured
    super(store, { name: "knocker", page: `${api}knocker`, entries, photos, seal: "seal.json" }, changed);
  }

  /** Keeps what was entered on a walk; the place comes a moment later. */
  enter(walk: Walk, act: string, data: Data, late?: Promise<object>): Promise<void> {
    return this.keep({ walk_id: walk.id }, walk.version, act, data, undefined, late);
  }
}

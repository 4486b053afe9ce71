// The reporter's photos on the checker's device: the blurred copies are kept there while the report is to be checked, so that they are
// seen without a network, and go when the page names them no more (handed over, released anew) or the person leaves the device.
import type { Store } from "../field/store";
import type { Checker, Entered } from "./types";

const KEPT = "photos"; // ids of what is kept

const keyOf = (id: string): string => `photo ${id}`;

export class Photos {
  private readonly addresses = new Map<string, string>();
  private busy: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<Store<Entered>, "get" | "put" | "forget">,
    private readonly changed: () => void,
    private readonly fetched: (id: string) => Promise<Blob | null> = fetchPhoto,
  ) {}

  /** Where the picture is shown from; undefined while it is not here. */
  addressOf(id: string): string | undefined {
    return this.addresses.get(id);
  }

  /** Keeps what the page names and lets go of everything else; one after the other. */
  follow(page: Checker | undefined): Promise<void> {
    const wanted = page?.reports.flatMap((one) => one.photos.map((photo) => photo.attachment_id)) ?? [];
    this.busy = this.busy.then(() => this.keep(new Set(wanted))).catch(() => undefined); // no room, or no network: asked for again
    return this.busy;
  }

  private async keep(wanted: Set<string>): Promise<void> {
    const known = (await this.store.get<string[]>(KEPT)) ?? [];
    for (const id of new Set([...known, ...this.addresses.keys()])) if (!wanted.has(id)) await this.drop(id);
    const kept = known.filter((id) => wanted.has(id));
    if (kept.length !== known.length) await this.store.put(KEPT, kept);
    for (const id of wanted) {
      if (this.addresses.has(id) && kept.includes(id)) continue;
      const here = kept.includes(id) ? await this.store.get<Blob>(keyOf(id)) : undefined;
      const picture = here ?? (await this.fetched(id).catch(() => null));
      if (!picture) continue;
      if (!here) {
        if (!kept.includes(id)) kept.push(id);
        await this.store.put(KEPT, kept); // first its name: what is kept is always found again
        await this.store.put(keyOf(id), picture);
      }
      if (!this.addresses.has(id)) this.addresses.set(id, URL.createObjectURL(picture));
      this.changed();
    }
  }

  private async drop(id: string): Promise<void> {
    const address = this.addresses.get(id);
    if (address) URL.revokeObjectURL(address);
    this.addresses.delete(id);
    await this.store.forget(keyOf(id));
  }
}

async function fetchPhoto(id: string): Promise<Blob | null> {
  const response = await fetch(`/records/attachments/${id}/`, { cache: "no-store", signal: AbortSignal.timeout(30_000) });
  return response.ok ? response.blob() : null;
}

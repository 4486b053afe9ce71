// The crew's own way to the server: entries are about orders.
import type { Place } from "../field/dialog";
import type { Store } from "../field/store";
import { Sync as Field } from "../field/sync";
import type { Crew, Data, Queued } from "./store";

export class Sync extends Field<Crew, Queued> {
  constructor(store: Store<Queued>, api: string, changed: () => void) {
    const photos = (entry: Queued): string => `${api}orders/${entry.order_id}/photos`;
    super(store, { name: "crew", page: `${api}crew`, entries: `${api}orders/entries`, photos, seal: "seal.json" }, changed);
  }

  get crew(): Crew | undefined {
    return this.page;
  }

  /** By order its map as a picture, kept on the device like the orders themselves. */
  maps: Record<string, { of: string; picture: string }> = {};

  override async load(): Promise<void> {
    await super.load();
    this.maps = (await this.store.get<Sync["maps"]>("maps")) ?? {};
  }

  override async forget(): Promise<void> {
    this.maps = {};
    await super.forget();
  }

  /** Maps of running orders are fetched anew when another cause or place is thought of. */
  async drawMaps(): Promise<void> {
    for (const { id, running, briefing } of this.page?.orders ?? []) {
      const of = `${briefing.map} ${briefing.route}`;
      if (!running || !briefing.map || this.maps[id]?.of === of) continue;
      const response = await fetch(briefing.map, { cache: "no-store" }).catch(() => null);
      if (!response?.ok) continue;
      const picture = await response.text();
      this.maps = { ...this.maps, [id]: { of, picture } };
      await this.store.put("maps", this.maps);
      this.changed();
    }
  }

  /** Keeps what was entered for an order. */
  enter(orderId: string, act: string, data: Data, picture?: File, place?: Promise<Place>): Promise<void> {
    const version = this.page?.orders.find((one) => one.id === orderId)?.version ?? 0;
    return this.keep({ order_id: orderId }, version, act, data, picture, place);
  }
}

// The crew's own way to the server: entries are about orders.
import type { Store } from "../field/store";
import { Sync as Field } from "../field/sync";
import type { Crew, Data, Queued } from "./store";

export class Sync extends Field<Crew, Queued> {
  constructor(store: Store<Queued>, api: string, changed: () => void) {
    const photos = (entry: Queued): string => `${api}orders/${entry.order_id}/photos`;
    super(store, { name: "crew", page: `${api}crew`, entries: `${api}orders/entries`, photos }, changed);
  }

  get crew(): Crew | undefined {
    return this.page;
  }

  /** Keeps what was entered for an order. */
  enter(orderId: string, act: string, data: Data, picture?: File): Promise<void> {
    const version = this.page?.orders.find((one) => one.id === orderId)?.version ?? 0;
    return this.keep({ order_id: orderId }, version, act, data, picture);
  }
}

// The driver's own way to the server: no account, but the codes of the papers that were opened on this phone.
import type { Delivery, Said } from "../delivery/types";
import type { Place } from "../field/dialog";
import type { Store, Waiting } from "../field/store";
import { Sync as Field, type Page } from "../field/sync";

const TOKENS = "tokens";

/** What the server tells whoever holds these codes; `unknown`: codes that open nothing any more. */
export interface Driving extends Page {
  deliveries: Delivery[];
  unknown: string[];
}

/** An entry that waits, with the code of its delivery. */
export interface Queued extends Waiting {
  delivery_id: string;
  token: string;
  data: Said & Place;
}

/** The code of a paper in an address; empty where there is none. */
export function tokenOf(hash: string): string {
  return /^#([\w-]{22}\.[\w-]{20})$/.exec(hash)?.[1] ?? "";
}

export class Sync extends Field<Driving, Queued> {
  private tokens: string[] = [];

  constructor(store: Store<Queued>, base: string, changed: () => void) {
    super(
      store,
      {
        name: "driver",
        page: `${base}deliveries.json`,
        entries: `${base}entries`,
        photos: () => `${base}photos`,
        headers: (entry) => ({ "X-Delivery-Tokens": entry ? entry.token : this.tokens.join(" ") }),
      },
      changed,
    );
  }

  /** The codes stay when what was read has grown old: without them the way could not be ended. */
  override async load(): Promise<void> {
    this.tokens = (await this.store.get<string[]>(TOKENS)) ?? [];
    await super.load();
    await this.store.put(TOKENS, this.tokens);
  }

  /** A paper was opened on this phone. */
  async open(token: string): Promise<void> {
    if (this.tokens.includes(token)) return;
    this.tokens = [token, ...this.tokens].slice(0, 20);
    await this.store.put(TOKENS, this.tokens);
  }

  /** A delivery that is over, or that opens no more, leaves the phone; what was entered for it and waits is sent all the same. */
  async putAway(...gone: string[]): Promise<void> {
    this.tokens = this.tokens.filter((one) => !gone.includes(one));
    await this.store.put(TOKENS, this.tokens);
  }
}

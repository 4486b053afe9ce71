// What the crew's page keeps on the device: the unit's orders as last read, and everything entered that the server has not taken.
// One IndexedDB; what belongs to a person is kept under the person's id and shown to nobody else.

export interface Data {
  text?: string;
  lon?: number;
  lat?: number;
  reason?: string;
  quantity?: string;
  check?: string;
  value?: number;
  cause?: string;
  cause_in_words?: string;
  asset_code?: string;
  attachment?: string;
}

export interface Entry {
  id: string;
  order_id: string;
  act: string;
  at: string;
  data: Data;
  device: string;
  sequence: number;
  base_version: number;
}

/** An entry that waits, or was refused for a reason; a photo carries its picture. */
export interface Queued extends Entry {
  person_id: string;
  refused: string;
  picture?: Blob;
  picture_name?: string;
}

export interface Told extends Entry {
  act_name: string;
  details: string;
  text: string;
  actor: string;
  channel_name: string;
  conflict: string;
  version: number;
}

export interface Order {
  id: string;
  number: string;
  case_number: string;
  title: string;
  place: string;
  level_name: string;
  level_class: string;
  role_name: string;
  state: string;
  state_name: string;
  version: number;
  text: string;
  reason: string;
  lon: number | null;
  lat: number | null;
  drill: string | null;
  running: boolean;
  must_not: string[];
  mind: string[];
  steps: { act: string; name: string; done: boolean }[];
  check_in_due_at: string | null;
  neighbours: { unit: string; telephone: string; state_name: string; answered: boolean; near: string }[];
  recheck: { calm_since: string | null; minutes_to_go: number | null; lacks: string[] } | null;
  assets: string[];
  answer_to: string;
  entries: Told[];
}

export interface Choice {
  code: string;
  name: string;
}

export interface Crew {
  now: string;
  person_id: string;
  person: string;
  unit: string;
  orders: Order[];
  readings: { name: string; quantity: string; check: string; unit: string }[];
  causes: Choice[];
  return_reasons: Choice[];
}

const NAME = "tocsin-crew";

/** The database of this device. */
export class Store {
  private constructor(private readonly database: IDBDatabase) {}

  static open(): Promise<Store> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("kept");
        request.result.createObjectStore("queue", { keyPath: "id" });
      };
      request.onsuccess = () => resolve(new Store(request.result));
      request.onerror = () => reject(request.error);
    });
  }

  get<T>(name: string): Promise<T | undefined> {
    return this.ask("kept", "readonly", (store) => store.get(name)) as Promise<T | undefined>;
  }

  async put(name: string, value: unknown): Promise<void> {
    await this.ask("kept", "readwrite", (store) => store.put(value, name));
  }

  async forget(name: string): Promise<void> {
    await this.ask("kept", "readwrite", (store) => store.delete(name));
  }

  /** What this person entered and the server has not taken, as it was entered. */
  async queue(person: string): Promise<Queued[]> {
    const all = (await this.ask("queue", "readonly", (store) => store.getAll())) as Queued[];
    return all.filter((one) => one.person_id === person).sort((a, b) => a.sequence - b.sequence);
  }

  async keep(entry: Queued): Promise<void> {
    await this.ask("queue", "readwrite", (store) => store.put(entry));
  }

  async drop(id: string): Promise<void> {
    await this.ask("queue", "readwrite", (store) => store.delete(id));
  }

  /** Counts on, in one transaction, so that two tabs never give the same number. */
  count(): Promise<number> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction("kept", "readwrite");
      const store = transaction.objectStore("kept");
      let next = 1;
      const known = store.get("sequence");
      known.onsuccess = () => {
        next = Number(known.result ?? 0) + 1;
        store.put(next, "sequence");
      };
      transaction.oncomplete = () => resolve(next);
      transaction.onerror = () => reject(transaction.error);
    });
  }

  /** The name of this device: made once. */
  async device(): Promise<string> {
    const known = await this.get<string>("device");
    if (known) return known;
    const made = newId();
    await this.put("device", made);
    return made;
  }

  private ask(name: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(name, mode);
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

/** A new UUID; plain HTTP pages have no crypto.randomUUID. */
export function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

// What a page that works without a network keeps on the device: what it read last, and everything entered that the server has not
// taken. One IndexedDB for each page; what belongs to a person is kept under the person's id and shown to nobody else. When the person
// leaves the device, what was read is forgotten and what was not sent is sealed.
import { isSealed, seal, unseal, type Keys, type Sealed } from "./seal";

/** An entry that waits, or was refused for a reason; a photo carries its picture. */
export interface Waiting {
  id: string;
  act: string;
  at: string;
  data: object;
  device: string;
  sequence: number;
  base_version: number;
  person_id: string;
  refused: string;
  picture?: Blob;
  picture_name?: string;
}

const OF_THE_DEVICE = ["device", "sequence", "ahead_ms"]; // of nobody: they stay
const KEYS = "keys";
const LEFT_MS = 3_000; // a page that still stands so long after the browser wiped its database is not being left

/** The database of this device. */
export class Store<Entry extends Waiting> {
  private constructor(private readonly database: IDBDatabase) {
    database.onclose = () => setTimeout(() => location.reload(), LEFT_MS); // wiped: by signing out, or by hand
  }

  static open<Entry extends Waiting>(name: string): Promise<Store<Entry>> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("kept");
        request.result.createObjectStore("queue", { keyPath: "id" });
      };
      request.onsuccess = () => resolve(new Store<Entry>(request.result));
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

  /** What this person entered and the server has not taken, as it was entered; what is sealed as far as their keys are here. */
  async queue(person: string): Promise<Entry[]> {
    const keys = await this.keysOf(person);
    const found: Entry[] = [];
    for (const one of (await this.waiting()).filter((each) => each.person_id === person)) {
      const opened = !isSealed(one) ? one : keys ? await unseal<Entry>(one, keys) : null;
      if (opened) found.push(opened);
    }
    return found.sort((a, b) => a.sequence - b.sequence);
  }

  /** The keys that seal what this person entered; none before the server has handed them out. */
  async keysOf(person: string): Promise<Keys | undefined> {
    const known = await this.get<Keys>(KEYS);
    return known?.person_id === person ? known : undefined;
  }

  async keepKeys(keys: Keys): Promise<void> {
    await this.put(KEYS, keys);
  }

  /** Whoever had this device leaves it: what waits is sealed, everything that was read and the keys go. How many entries wait. */
  async leave(): Promise<number> {
    const keys = await this.get<Keys>(KEYS);
    const waiting = await this.waiting();
    if (keys)
      for (const one of waiting)
        if (!isSealed(one) && one.person_id === keys.person_id) await this.keep((await seal(one, keys)) as unknown as Entry);
    const names = (await this.ask("kept", "readonly", (store) => store.getAllKeys())) as string[];
    for (const name of names) if (!OF_THE_DEVICE.includes(name)) await this.forget(name);
    return waiting.length;
  }

  close(): void {
    this.database.close();
  }

  private async waiting(): Promise<(Entry | Sealed)[]> {
    return (await this.ask("queue", "readonly", (store) => store.getAll())) as (Entry | Sealed)[];
  }

  async keep(entry: Entry): Promise<void> {
    await this.ask("queue", "readwrite", (store) => store.put(entry));
  }

  /** Adds to what was entered, where it still waits: the place, which a device tells late. */
  amend(id: string, more: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.begin("queue", "readwrite");
      if (!transaction) return;
      const store = transaction.objectStore("queue");
      const known = store.get(id) as IDBRequest<Entry | Sealed | undefined>;
      known.onsuccess = () => {
        const entry = known.result;
        if (entry && !isSealed(entry)) store.put({ ...entry, data: { ...entry.data, ...more } });
      };
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
    });
  }

  async drop(id: string): Promise<void> {
    await this.ask("queue", "readwrite", (store) => store.delete(id));
  }

  /** Counts on, in one transaction, so that two tabs never give the same number. */
  count(): Promise<number> {
    return new Promise((resolve, reject) => {
      const transaction = this.begin("kept", "readwrite");
      if (!transaction) return;
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

  /** A transaction; none once the browser has wiped the database: the page is being left or begins anew, and nothing more happens in it. */
  private begin(name: string, mode: IDBTransactionMode): IDBTransaction | null {
    try {
      return this.database.transaction(name, mode);
    } catch (error) {
      if (error instanceof DOMException && error.name === "InvalidStateError") return null;
      throw error;
    }
  }

  private ask(name: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const transaction = this.begin(name, mode);
      if (!transaction) return;
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

// Between the device and the server: what was entered goes out in its order when there is a network, and the page is read anew.
// An entry leaves the queue only when the server has it. One that is refused stays, with the reason, until the person removes it.
import type { ActTakenOut } from "../../generated/api";
import { readKeys } from "./seal";
import { newId, type Store, type Waiting } from "./store";

const SHIFT_MS = 12 * 3_600_000; // as long as a session at most: what was read before is nobody's any more

export type Standing = "online" | "offline" | "signed_out";

/** Whether the server has an entry, and if not why. */
type Taken = Pick<ActTakenOut, "id" | "taken" | "reason">;

/** What every page tells of itself: the server's time and who is signed in. */
export interface Page {
  now: string;
  person_id: string;
}

/** Where a page reads and writes. `name` is that of its lock and of what it keeps. */
export interface Wires<Entry extends Waiting> {
  name: string;
  page: string;
  entries: string;
  photos(entry: Entry): string;
  headers?(entry?: Entry): Record<string, string>; // what opens the page, or what an entry is about, where nobody is signed in
  seal?: string; // where the keys come from that seal what was not sent
}

export class Sync<Shown extends Page, Entry extends Waiting> {
  standing: Standing = "online";
  page: Shown | undefined;
  queue: Entry[] = [];
  private busy: Promise<void> | undefined;
  private again = false;
  private ahead_ms = 0;

  constructor(
    protected readonly store: Store<Entry>,
    private readonly wires: Wires<Entry>,
    protected readonly changed: () => void,
  ) {}

  /** The present by the server's clock, as far as it is known. */
  get nowMs(): number {
    return Date.now() + this.ahead_ms;
  }

  /** What the device knows, before any network. */
  async load(): Promise<void> {
    const read_ms = (await this.store.get<number>("read_ms")) ?? 0;
    if (Date.now() - read_ms > SHIFT_MS) await this.store.leave();
    this.page = await this.store.get<Shown>(this.wires.name);
    this.ahead_ms = (await this.store.get<number>("ahead_ms")) ?? 0;
    await this.readQueue();
  }

  /** Keeps what the person entered and sends it as soon as possible. `about` names what it is about; `picture`: a photo's;
   * `late`: what the device tells a moment later. It is kept at once, with the time of the press, and waits for that only to be sent. */
  async keep(about: object, version: number, act: string, data: object, picture?: File, late?: Promise<object>): Promise<void> {
    const page = this.page;
    if (!page) return;
    const made: Waiting = {
      id: newId(),
      ...about,
      act,
      at: await this.now(),
      data,
      device: await this.store.device(),
      sequence: await this.store.count(),
      base_version: version,
      person_id: page.person_id,
      refused: "",
    };
    if (picture) {
      made.picture = picture;
      made.picture_name = picture.name;
    }
    await this.store.keep(made as Entry);
    await this.readQueue();
    this.changed();
    if (late) void late.then((more) => this.store.amend(made.id, more)).then(() => this.run());
    else void this.run();
  }

  /** The person gives a refused entry up, or sends it once more. */
  async settle(entry: Entry, give_up: boolean): Promise<void> {
    if (give_up) await this.store.drop(entry.id);
    else await this.store.keep({ ...entry, refused: "" });
    await this.readQueue();
    this.changed();
    if (!give_up) void this.run();
  }

  /** Sends what waits and reads the page anew; a call while it runs makes it run once more. */
  run(): Promise<void> {
    if (this.busy) {
      this.again = true;
      return this.busy;
    }
    this.busy = this.alone(async () => {
      do {
        this.again = false;
        await this.once();
      } while (this.again);
    }).finally(() => {
      this.busy = undefined;
    });
    return this.busy;
  }

  /** At signing out: nothing that was read stays on the device. What was not sent stays sealed, for this person alone. */
  async forget(): Promise<void> {
    this.page = undefined;
    this.queue = [];
    await this.store.leave();
  }

  private async once(): Promise<void> {
    try {
      await this.read(); // first: who is signed in decides whose entries are sent
      if (this.queue.some((entry) => !entry.refused)) {
        await this.send();
        await this.read();
      }
      this.standing = "online";
    } catch (error) {
      if (error instanceof SignedOut) await this.forget();
      this.standing = error instanceof SignedOut ? "signed_out" : "offline";
    }
    this.changed();
  }

  private async send(): Promise<void> {
    for (;;) {
      const waiting = this.queue.filter((entry) => !entry.refused);
      const first = waiting[0];
      if (!first) return;
      const upTo = waiting.findIndex((entry) => entry.picture);
      const answers = first.picture
        ? [await this.sendPhoto(first)]
        : await this.sendEntries(waiting.slice(0, upTo < 0 ? 100 : Math.min(upTo, 100)));
      for (const answer of answers) {
        const entry = waiting.find((one) => one.id === answer.id);
        if (!entry) continue;
        if (answer.taken) await this.store.drop(entry.id);
        else await this.store.keep({ ...entry, refused: answer.reason });
      }
      await this.readQueue();
    }
  }

  private async sendEntries(entries: Entry[]): Promise<Taken[]> {
    const told = entries.map(
      ({ person_id: _person, refused: _refused, picture: _picture, picture_name: _name, ...entry }) => entry,
    );
    const body = JSON.stringify({ channel: "phone", entries: told });
    const response = await this.ask(this.wires.entries, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json" },
    });
    if (response.ok) return (await response.json()) as Taken[];
    if (entries.length === 1) return this.refusals(response, entries);
    const answers: Taken[] = []; // one of them can't be read: each by itself, so that it does not hold up the others
    for (const entry of entries) answers.push(...(await this.sendEntries([entry])));
    return answers;
  }

  private async sendPhoto(entry: Entry): Promise<Taken> {
    const form = new FormData();
    form.append("file", entry.picture!, entry.picture_name || "photo.jpg");
    const said = entry.data as { text?: string; item?: string; grade?: string; code?: string };
    const fields = {
      id: entry.id,
      at: entry.at,
      act: entry.act,
      text: said.text ?? "",
      device: entry.device,
      ...(said.item ? { item: said.item } : {}),
      ...(said.grade ? { grade: said.grade } : {}),
      ...(said.code ? { code: said.code } : {}),
      channel: "phone",
    };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("sequence", String(entry.sequence));
    form.append("base_version", String(entry.base_version));
    const response = await this.ask(this.wires.photos(entry), {
      method: "POST",
      body: form,
      headers: this.wires.headers?.(entry) ?? {},
    });
    if (response.ok) return (await response.json()) as Taken;
    return (await this.refusals(response, [entry]))[0]!;
  }

  /** The server understood and does not take it: told to the person. */
  private async refusals(response: Response, entries: Entry[]): Promise<Taken[]> {
    const told = ((await response.json().catch(() => ({}))) as { message?: string }).message;
    return entries.map((entry) => ({ id: entry.id, taken: false, reason: told ?? String(response.status) }));
  }

  private async read(): Promise<void> {
    const response = await this.ask(this.wires.page, { headers: this.wires.headers?.() ?? {} });
    if (!response.ok) throw new SignedOut();
    const page = (await response.json()) as Shown;
    this.ahead_ms = Date.parse(page.now) - Date.now();
    await this.store.put("ahead_ms", this.ahead_ms);
    if (this.page && this.page.person_id !== page.person_id) await this.forget(); // another has signed in
    await this.store.put(this.wires.name, page);
    await this.store.put("read_ms", Date.now());
    this.page = page;
    await this.fetchKeys(page.person_id);
    await this.readQueue();
  }

  /** Once after signing in. Without them nothing is lost: what waits is not sealed, and what is sealed waits on. */
  private async fetchKeys(person: string): Promise<void> {
    if (!this.wires.seal || !globalThis.crypto?.subtle || (await this.store.keysOf(person))) return;
    const response = await this.ask(this.wires.seal, {}).catch(() => null);
    if (!response?.ok) return;
    const told = (await response.json()) as { person_id: string; keys: string[] };
    if (told.person_id === person) await this.store.keepKeys(await readKeys(person, told.keys));
  }

  private async ask(url: string, options: RequestInit): Promise<Response> {
    const token = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
    const headers = { Accept: "application/json", "X-CSRFToken": token, ...(options.headers as Record<string, string>) };
    const response = await fetch(url, { ...options, headers, cache: "no-store", signal: AbortSignal.timeout(30_000) });
    if (response.status === 401) throw new SignedOut();
    if (response.status >= 500 || response.status === 429) throw new Error(`${url} answered ${response.status}`);
    return response;
  }

  /** The present by the server's clock, also where the device's is wrong. */
  private async now(): Promise<string> {
    return new Date(Date.now() + ((await this.store.get<number>("ahead_ms")) ?? 0)).toISOString();
  }

  private async readQueue(): Promise<void> {
    this.queue = this.page ? await this.store.queue(this.page.person_id) : [];
  }

  /** Two tabs do not send the same at once; where they do, the server takes each id once. */
  private alone(act: () => Promise<void>): Promise<void> {
    return navigator.locks ? (navigator.locks.request(`tocsin-${this.wires.name}`, act) as Promise<void>) : act();
  }
}

class SignedOut extends Error {}

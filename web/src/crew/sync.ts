// Between the device and the server: what was entered goes out in its order when there is a network, and the orders are read anew.
// An entry leaves the queue only when the server has it. One that is refused stays, with the reason, until the person removes it.
import { newId, type Crew, type Data, type Queued, type Store } from "./store";

export type Standing = "online" | "offline" | "signed_out";

interface Taken {
  id: string;
  taken: boolean;
  reason: string;
}

export class Sync {
  standing: Standing = "online";
  crew: Crew | undefined;
  queue: Queued[] = [];
  private busy: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly store: Store,
    private readonly api: string,
    private readonly changed: () => void,
  ) {}

  /** What the device knows, before any network. */
  async load(): Promise<void> {
    this.crew = await this.store.get<Crew>("crew");
    await this.readQueue();
  }

  /** Keeps what the person entered and sends it as soon as possible. `picture`: a photo's. */
  async enter(orderId: string, act: string, data: Data, picture?: File): Promise<void> {
    const crew = this.crew;
    if (!crew) return;
    const order = crew.orders.find((one) => one.id === orderId);
    const entry: Queued = {
      id: newId(),
      order_id: orderId,
      act,
      at: await this.now(),
      data,
      device: await this.store.device(),
      sequence: await this.store.count(),
      base_version: order?.version ?? 0,
      person_id: crew.person_id,
      refused: "",
    };
    if (picture) {
      entry.picture = picture;
      entry.picture_name = picture.name;
    }
    await this.store.keep(entry);
    await this.readQueue();
    this.changed();
    void this.run();
  }

  /** The person gives a refused entry up, or sends it once more. */
  async settle(entry: Queued, give_up: boolean): Promise<void> {
    if (give_up) await this.store.drop(entry.id);
    else await this.store.keep({ ...entry, refused: "" });
    await this.readQueue();
    this.changed();
    if (!give_up) void this.run();
  }

  /** Sends what waits and reads the orders anew; a call while it runs makes it run once more. */
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

  /** At signing out: no order of the unit stays on the device. What was not sent stays, for this person alone. */
  async forget(): Promise<void> {
    this.crew = undefined;
    this.queue = [];
    await this.store.forget("crew");
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
      const answers = first.picture ? [await this.sendPhoto(first)] : await this.sendEntries(waiting.slice(0, upTo < 0 ? 100 : Math.min(upTo, 100)));
      for (const answer of answers) {
        const entry = waiting.find((one) => one.id === answer.id);
        if (!entry) continue;
        if (answer.taken) await this.store.drop(entry.id);
        else await this.store.keep({ ...entry, refused: answer.reason });
      }
      await this.readQueue();
    }
  }

  private async sendEntries(entries: Queued[]): Promise<Taken[]> {
    const told = entries.map(({ person_id: _person, refused: _refused, picture: _picture, picture_name: _name, ...entry }) => entry);
    const body = JSON.stringify({ channel: "phone", entries: told });
    const response = await this.ask(`${this.api}orders/entries`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (response.ok) return (await response.json()) as Taken[];
    if (entries.length === 1) return this.refusals(response, entries);
    const answers: Taken[] = []; // one of them can't be read: each by itself, so that it does not hold up the others
    for (const entry of entries) answers.push(...(await this.sendEntries([entry])));
    return answers;
  }

  private async sendPhoto(entry: Queued): Promise<Taken> {
    const form = new FormData();
    form.append("file", entry.picture!, entry.picture_name || "photo.jpg");
    const fields = { id: entry.id, at: entry.at, text: entry.data.text ?? "", device: entry.device, channel: "phone" };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("sequence", String(entry.sequence));
    form.append("base_version", String(entry.base_version));
    const response = await this.ask(`${this.api}orders/${entry.order_id}/photos`, { method: "POST", body: form });
    if (response.ok) return (await response.json()) as Taken;
    return (await this.refusals(response, [entry]))[0]!;
  }

  /** The server understood and does not take it: told to the person. */
  private async refusals(response: Response, entries: Queued[]): Promise<Taken[]> {
    const told = ((await response.json().catch(() => ({}))) as { message?: string }).message;
    return entries.map((entry) => ({ id: entry.id, taken: false, reason: told ?? String(response.status) }));
  }

  private async read(): Promise<void> {
    const response = await this.ask(`${this.api}crew`, {});
    if (!response.ok) throw new SignedOut();
    const crew = (await response.json()) as Crew;
    await this.store.put("ahead_ms", Date.parse(crew.now) - Date.now());
    await this.store.put("crew", crew);
    this.crew = crew;
    await this.readQueue();
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
    this.queue = this.crew ? await this.store.queue(this.crew.person_id) : [];
  }

  /** Two tabs do not send the same at once; where they do, the server takes each id once. */
  private alone(act: () => Promise<void>): Promise<void> {
    return navigator.locks ? (navigator.locks.request("tocsin-crew", act) as Promise<void>) : act();
  }
}

class SignedOut extends Error {}

// Between this phone and the office: a report goes out when there is a network, first itself, then its photos, then what was added.
// What the office has leaves the queue; what it refuses stays with the reason until the person removes it.
import { newId, type Store } from "../field/store";
import { hex, newSecret, plain, sha256, work } from "./secret";
import type { Entry, Handed, Own, OwnReward, Person, Setup, Standing } from "./types";

export type Link = "online" | "offline";

export class Reports {
  standing: Link = "online";
  working = false;
  queue: Entry[] = [];
  own: Own[] = [];
  private busy: Promise<void> | undefined;

  constructor(
    private readonly store: Store<Entry>,
    private readonly setup: Setup,
    private readonly changed: () => void,
  ) {}

  async load(): Promise<void> {
    this.own = (await this.store.get<Own[]>("own")) ?? [];
    this.queue = await this.store.queue("");
  }

  /** Keeps a report with its photos and sends it as soon as possible; its secret is made here. */
  async keep(report: Handed, photos: File[], same_as: string, person: Person): Promise<Own> {
    const id = newId();
    const made: Own = {
      id,
      secret: newSecret(),
      about: report.firm || report.place || report.text.slice(0, 40),
      number: "",
      receipt: "",
      qr: "",
      body: "",
      fell_to: "",
      received_at: "",
      clock: "",
    };
    const hashes: string[] = [];
    for (const photo of photos) hashes.push(hex(sha256(new Uint8Array(await photo.arrayBuffer()))));
    const who =
      person.mode === "anonymous"
        ? {}
        : person.ticket
          ? { mode: person.mode, ticket: person.ticket }
          : { mode: person.mode, identity: { name: person.name, telephone: person.telephone } };
    await this.put(id, id, "report", { report: { ...report, photos: hashes }, ...who, ...(same_as ? { same_as } : {}) });
    for (const photo of photos) await this.put(newId(), id, "photo", {}, photo);
    this.own = [made, ...this.own];
    await this.store.put("own", this.own);
    this.changed();
    void this.run();
    return made;
  }

  /** How a report stands, by number and secret; throws with the office's words. */
  async read(number: string, secret: string): Promise<Standing> {
    return (await this.ask("follow", JSON.stringify({ number, secret: plain(secret) }))) as Standing;
  }

  /** One act of the reporter; how the report stands then. */
  async act(number: string, secret: string, act: string, words: string): Promise<Standing> {
    return (await this.ask(
      "follow",
      JSON.stringify({ number, secret: plain(secret), id: newId(), act, text: words }),
    )) as Standing;
  }

  /** An app has opened the page with words that it signed: who it says that this is; throws with the office's words. */
  async launch(signed: string): Promise<Omit<Person, "mode">> {
    return (await this.ask("launch", JSON.stringify({ text: signed }))) as Omit<Person, "mode">;
  }

  /** The rewards of a report; with a claim also its code, this once. */
  async rewards(number: string, secret: string, claim?: string): Promise<OwnReward[]> {
    const sent = JSON.stringify({ number, secret: plain(secret), ...(claim ? { claim } : {}) });
    return ((await this.ask("rewards", sent)) as { rewards: OwnReward[] }).rewards;
  }

  /** Number and secret go from this phone. */
  async forgetOne(one: Own): Promise<void> {
    for (const entry of this.queue.filter((each) => each.report_id === one.id)) await this.store.drop(entry.id);
    this.own = this.own.filter((each) => each.id !== one.id);
    await this.store.put("own", this.own);
    await this.load();
    this.changed();
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  run(): Promise<void> {
    this.busy ??= this.alone(() => this.send()).finally(() => {
      this.busy = undefined;
      this.changed();
    });
    return this.busy;
  }

  private async send(): Promise<void> {
    await this.load();
    for (const entry of this.queue) {
      const own = this.own.find((each) => each.id === entry.report_id);
      if (entry.refused || !own || (entry.act !== "report" && !own.number)) continue;
      try {
        await this.sendOne(entry, own);
        await this.store.drop(entry.id);
        this.standing = "online";
      } catch (error) {
        if (!(error instanceof Refused)) {
          this.standing = "offline";
          break;
        }
        await this.store.keep({ ...entry, refused: error.message });
      }
      this.changed();
    }
    this.queue = await this.store.queue("");
  }

  private async sendOne(entry: Entry, own: Own): Promise<void> {
    if (entry.act === "report") {
      Object.assign(own, await this.sendReport(entry, own));
      await this.store.put("own", this.own);
    } else if (entry.picture) {
      const form = new FormData();
      form.append("file", entry.picture, "photo");
      form.append("number", own.number);
      form.append("secret", plain(own.secret));
      await this.ask("photos", form);
    }
  }

  private async sendReport(entry: Entry, own: Own): Promise<Partial<Own>> {
    const secret = hex(sha256(plain(own.secret)));
    this.working = true;
    this.changed();
    const nonce = await work(entry.id, secret, this.setup.work_bits);
    this.working = false;
    const sent = {
      id: entry.id,
      ...entry.data,
      secret_sha256: secret,
      nonce,
      said_at: entry.at,
      sent_at: new Date().toISOString(),
    };
    return (await this.ask("reports", JSON.stringify(sent))) as Partial<Own>;
  }

  private async put(id: string, report_id: string, act: string, data: object, picture?: File): Promise<void> {
    const entry: Entry = {
      id,
      report_id,
      act,
      at: new Date().toISOString(),
      data,
      device: await this.store.device(),
      sequence: await this.store.count(),
      base_version: 0,
      person_id: "",
      refused: "",
      ...(picture ? { picture } : {}),
    };
    await this.store.keep(entry);
    this.queue = await this.store.queue("");
  }

  private async ask(name: string, body: string | FormData): Promise<unknown> {
    const token = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
    const headers: Record<string, string> = {
      Accept: "application/json",
      "X-CSRFToken": token,
      "X-Device": await this.store.device(),
    };
    if (typeof body === "string") headers["Content-Type"] = "application/json";
    const response = await fetch(name, { method: "POST", body, headers, cache: "no-store", signal: AbortSignal.timeout(60_000) });
    if (response.ok) return await response.json();
    const told = ((await response.json().catch(() => ({}))) as { message?: string }).message;
    if (response.status >= 500 || response.status === 429) throw new Error(told ?? String(response.status));
    throw new Refused(told ?? String(response.status));
  }

  /** Two tabs do not send the same at once; where they do, the office takes each id once. */
  private alone(act: () => Promise<void>): Promise<void> {
    return navigator.locks ? (navigator.locks.request("tocsin-hazard", act) as Promise<void>) : act();
  }
}

export class Refused extends Error {}

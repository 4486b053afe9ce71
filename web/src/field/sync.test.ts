import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import "fake-indexeddb/auto";
import { Store, type Waiting } from "./store";
import { Sync, type Page } from "./sync";

/** The server of one page: what it says of itself, what it takes, and what reached it. */
class Server {
  person = "li";
  now = "2026-11-24T08:00:00.000Z";
  status = 200;
  readonly refusals = new Map<string, string>();
  readonly unreadable = new Set<string>();
  readonly sent: string[][] = [];
  reads = 0;

  constructor(context: TestContext) {
    globalThis.document = { cookie: "csrftoken=abc" } as Document;
    context.mock.method(globalThis, "fetch", (url: string, options: RequestInit) => Promise.resolve(this.answer(url, options)));
  }

  private answer(url: string, options: RequestInit): Response {
    if (this.status === 0) throw new TypeError("no network");
    if (this.status !== 200) return Response.json({}, { status: this.status });
    if (options.method !== "POST") {
      this.reads += 1;
      return Response.json({ now: this.now, person_id: this.person });
    }
    if (url.startsWith("photos")) return Response.json(this.take([(options.body as FormData).get("id") as string])[0]);
    const entries = (JSON.parse(options.body as string) as { entries: Waiting[] }).entries;
    if (entries.some((one) => this.unreadable.has(one.id))) return Response.json({ message: "can't be read" }, { status: 422 });
    return Response.json(this.take(entries.map((one) => one.id)));
  }

  private take(ids: string[]): { id: string; taken: boolean; reason: string }[] {
    this.sent.push(ids);
    return ids.map((id) => ({ id, taken: !this.refusals.has(id), reason: this.refusals.get(id) ?? "" }));
  }
}

interface Phone {
  sync: Sync<Page, Waiting>;
  store: Store<Waiting>;
  /** The ids of what waits, and in brackets why it was refused. */
  queue(): string[];
}

let phones = 0;

async function phone(name = `sync-${phones++}`): Promise<Phone> {
  const store = await Store.open<Waiting>(name);
  const wires = { name: "page", page: "page", entries: "entries", photos: (entry: Waiting): string => `photos?of=${entry.id}` };
  const sync = new Sync<Page, Waiting>(store, wires, () => undefined);
  await sync.load();
  return { sync, store, queue: () => sync.queue.map((one) => (one.refused ? `${one.id} (${one.refused})` : one.id)) };
}

async function entered(store: Store<Waiting>, ...ids: string[]): Promise<void> {
  for (const id of ids) await store.keep(entry(id, await store.count()));
}

function entry(id: string, sequence: number, more: Partial<Waiting> = {}): Waiting {
  return { id, act: "note", at: "", data: {}, device: "phone", sequence, base_version: 0, person_id: "li", refused: "", ...more };
}

test("what was entered goes out in its order and leaves the device when the server has it", async (context) => {
  const server = new Server(context);
  const { sync, store, queue } = await phone();
  await entered(store, "c", "a", "b");
  await sync.run();
  assert.deepEqual(server.sent, [["c", "a", "b"]]);
  assert.deepEqual(queue(), []);
  assert.equal(server.reads, 2, "the page is read anew after sending");
  assert.equal(sync.standing, "online");
});

test("a photo goes by itself, in its place among the others", async (context) => {
  const server = new Server(context);
  const { sync, store, queue } = await phone();
  await entered(store, "before");
  await store.keep(entry("photo", await store.count(), { picture: new Blob(["x"]), picture_name: "well.jpg" }));
  await entered(store, "after");
  await sync.run();
  assert.deepEqual(server.sent, [["before"], ["photo"], ["after"]]);
  assert.deepEqual(queue(), []);
});

test("more than a hundred go in parts", async (context) => {
  const server = new Server(context);
  const { sync, store } = await phone();
  await entered(store, ...Array.from({ length: 130 }, (_, at) => `${at}`));
  await sync.run();
  assert.deepEqual(
    server.sent.map((ids) => ids.length),
    [100, 30],
  );
});

test("one that is refused stays with its reason and holds up no other", async (context) => {
  const server = new Server(context);
  server.refusals.set("b", "the order is over");
  const { sync, store, queue } = await phone();
  await entered(store, "a", "b", "c");
  await sync.run();
  assert.deepEqual(queue(), ["b (the order is over)"]);
  await sync.run();
  assert.deepEqual(server.sent, [["a", "b", "c"]], "it is not sent again by itself");
});

test("a refused entry is sent once more, or given up, as the person decides", async (context) => {
  const server = new Server(context);
  server.refusals.set("a", "no").set("b", "no");
  const { sync, store, queue } = await phone();
  await entered(store, "a", "b");
  await sync.run();
  server.refusals.clear();
  await sync.settle(sync.queue[0]!, false);
  await sync.run();
  assert.deepEqual(queue(), ["b (no)"]);
  await sync.settle(sync.queue[0]!, true);
  assert.deepEqual(queue(), []);
  assert.deepEqual(server.sent, [["a", "b"], ["a"]]);
});

test("of a batch that can't be read each entry is tried by itself", async (context) => {
  const server = new Server(context);
  server.unreadable.add("b");
  const { sync, store, queue } = await phone();
  await entered(store, "a", "b", "c");
  await sync.run();
  assert.deepEqual(server.sent, [["a"], ["c"]]);
  assert.deepEqual(queue(), ["b (can't be read)"]);
});

for (const status of [0, 429, 500, 503]) {
  test(`without an answer (${status || "no network"}) everything stays and is sent later`, async (context) => {
    const server = new Server(context);
    const { sync, store, queue } = await phone();
    await sync.run();
    await entered(store, "a");
    server.status = status;
    await sync.run();
    assert.equal(sync.standing, "offline");
    assert.equal(sync.page?.person_id, "li", "the page stays in sight");
    server.status = 200;
    await sync.run();
    assert.deepEqual([sync.standing, server.sent, queue()], ["online", [["a"]], []]);
  });
}

test("who is signed out sees nothing more; what was not sent waits for that person alone", async (context) => {
  const server = new Server(context);
  const name = `sync-${phones++}`;
  const { sync, store, queue } = await phone(name);
  await sync.run();
  await entered(store, "a");
  server.status = 401;
  await sync.run();
  assert.deepEqual([sync.standing, sync.page, queue()], ["signed_out", undefined, []]);
  assert.equal((await phone(name)).sync.page, undefined, "nothing that was read is on the device");
  server.status = 200;
  server.person = "wang";
  await sync.run();
  assert.deepEqual([server.sent, queue()], [[], []]);
  server.person = "li";
  await sync.run();
  assert.deepEqual(server.sent, [["a"]]);
});

test("an entry carries the server's time, the device and a number of its own", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: Date.parse("2020-01-01T00:00:00Z") });
  const server = new Server(context);
  const { sync, store } = await phone();
  await sync.run();
  server.status = 0;
  await sync.keep({ order_id: "7" }, 3, "accept", { text: "on the way" });
  await sync.keep({ order_id: "7" }, 3, "arrive", {});
  const [first, second] = await store.queue("li");
  assert.equal(first?.at, server.now, "although the device's clock is years behind");
  assert.deepEqual([first?.sequence, second?.sequence], [1, 2]);
  assert.deepEqual([first?.base_version, first?.device], [3, await store.device()]);
  assert.deepEqual({ ...first }, { ...first, order_id: "7", act: "accept", data: { text: "on the way" } });
});

test("nothing is kept before anybody is known to be signed in", async (context) => {
  const server = new Server(context);
  server.status = 0;
  const { sync, queue } = await phone();
  await sync.keep({}, 0, "note", {});
  assert.deepEqual(queue(), []);
});

test("calls while it runs make it run once more, not side by side", async (context) => {
  const server = new Server(context);
  const { sync } = await phone();
  await Promise.all([sync.run(), sync.run(), sync.run()]);
  assert.equal(server.reads, 2);
});

test("a press is kept at once; the place that the device tells late is added while it waits", async (context) => {
  const server = new Server(context);
  const { sync, store } = await phone();
  await sync.run();
  server.status = 0;
  const told = Promise.withResolvers<object>();
  await sync.keep({}, 0, "leave", { text: "x" }, undefined, told.promise);
  await sync.keep({}, 0, "note", {});
  const acts = async (): Promise<[string, object][]> => (await store.queue("li")).map((one) => [one.act, one.data]);
  assert.deepEqual(await acts(), [
    ["leave", { text: "x" }],
    ["note", {}],
  ]);
  told.resolve({ lon: 120.4 });
  while (!("lon" in (await acts())[0]![1])) await new Promise((done) => setTimeout(done));
  server.status = 200;
  await sync.run();
  assert.deepEqual(await acts(), []);
  await store.amend(server.sent[0]![0]!, { lat: 36.2 });
  assert.deepEqual(await acts(), [], "what the server has is not kept anew");
});

import assert from "node:assert/strict";
import test from "node:test";
import "fake-indexeddb/auto";
import { newId, Store, type Waiting } from "./store";

let databases = 0;
const opened = (): Promise<Store<Waiting>> => Store.open<Waiting>(`store-${databases++}`);

function entry(id: string, sequence: number, person_id = "li"): Waiting {
  return {
    id,
    act: "note",
    at: "2026-11-24T08:00:00Z",
    data: {},
    device: "phone",
    sequence,
    base_version: 0,
    person_id,
    refused: "",
  };
}

test("what waits is a person's own, in the order in which it was entered", async () => {
  const store = await opened();
  for (const each of [entry("z", 1), entry("a", 11), entry("m", 2), entry("other", 3, "wang")]) await store.keep(each);
  const ids = async (person: string): Promise<string[]> => (await store.queue(person)).map((one) => one.id);
  assert.deepEqual(await ids("li"), ["z", "m", "a"]);
  assert.deepEqual(await ids("wang"), ["other"]);
  await store.drop("m");
  assert.deepEqual(await ids("li"), ["z", "a"]);
});

test("keeping an entry again exchanges it", async () => {
  const store = await opened();
  await store.keep(entry("a", 1));
  await store.keep({ ...entry("a", 1), refused: "the order is over" });
  assert.deepEqual(
    (await store.queue("li")).map((one) => one.refused),
    ["the order is over"],
  );
});

test("no number is given twice, however many ask at once", async () => {
  const name = `store-${databases++}`;
  const tabs = await Promise.all([Store.open<Waiting>(name), Store.open<Waiting>(name)]);
  const numbers = await Promise.all(Array.from({ length: 20 }, (_, at) => tabs[at % 2]!.count()));
  assert.deepEqual(
    [...numbers].sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, at) => at + 1),
  );
});

test("a device keeps its name, and a page that is forgotten is gone", async () => {
  const store = await opened();
  const name = await store.device();
  assert.equal(await store.device(), name);
  await store.put("crew", { unit: "Gas company" });
  assert.deepEqual(await store.get("crew"), { unit: "Gas company" });
  await store.forget("crew");
  assert.equal(await store.get("crew"), undefined);
  assert.equal(await store.device(), name);
});

test("an id is a UUID of version 4, also where the browser makes none", () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(newId(), uuid);
  Object.defineProperty(crypto, "randomUUID", { value: undefined });
  assert.match(newId(), uuid);
  assert.notEqual(newId(), newId());
});

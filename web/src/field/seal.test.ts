import assert from "node:assert/strict";
import test from "node:test";
import "fake-indexeddb/auto";
import { readKeys, seal, unseal } from "./seal";
import { Store, type Waiting } from "./store";

const KEY = Buffer.alloc(32, 7).toString("base64");
const OTHER = Buffer.alloc(32, 8).toString("base64");
const entry = (id: string, person_id: string): Waiting => ({
  id,
  act: "note",
  at: "2026-11-24T08:00:00Z",
  data: { text: "盖板松动" },
  device: "phone",
  sequence: 1,
  base_version: 0,
  person_id,
  refused: "",
});

test("what was sealed opens with its own key alone, the picture with it", async () => {
  const picture = new Blob(["grey"], { type: "image/jpeg" });
  const sealed = await seal({ ...entry("a", "li"), picture, picture_name: "well.jpg" }, await readKeys("li", [KEY]));
  assert.ok(!Buffer.from(sealed.sealed).includes(Buffer.from("盖板松动")));
  assert.equal(await unseal(sealed, await readKeys("wang", [OTHER])), null);
  const opened = (await unseal<Waiting>(sealed, await readKeys("li", [OTHER, KEY])))!; // the installation's key has changed since
  assert.deepEqual([opened.id, opened.data, opened.picture_name], ["a", { text: "盖板松动" }, "well.jpg"]);
  assert.deepEqual([await opened.picture!.text(), opened.picture!.type], ["grey", "image/jpeg"]);
});

test("who leaves takes their keys along: what was read is gone, what waits is sealed to them", async () => {
  const store = await Store.open<Waiting>("leaving");
  await store.keepKeys(await readKeys("li", [KEY]));
  await store.put("crew", { person_id: "li", orders: ["Shiniushan Road"] });
  await store.keep(entry("a", "li"));
  const device = await store.device();
  assert.equal(await store.leave(), 1);
  assert.deepEqual([await store.get("crew"), await store.keysOf("li"), await store.queue("li")], [undefined, undefined, []]);
  assert.equal(await store.device(), device);
  await store.keepKeys(await readKeys("wang", [OTHER]));
  assert.deepEqual([await store.queue("wang"), await store.queue("li")], [[], []]);
  assert.equal(await store.leave(), 1); // another one leaves: it waits on
  await store.keepKeys(await readKeys("li", [KEY]));
  assert.deepEqual(
    (await store.queue("li")).map((one) => [one.id, one.data]),
    [["a", { text: "盖板松动" }]],
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { Store } from "../field/store";
import { Photos } from "./photos";
import type { Checker, Entered } from "./types";

let databases = 0;
let addresses = 0;
URL.createObjectURL = () => `blob:${addresses++}`;
URL.revokeObjectURL = () => undefined;

const naming = (...ids: string[]): Checker =>
  ({ reports: [{ photos: ids.map((attachment_id, number) => ({ number, attachment_id })) }] }) as unknown as Checker;

const opened = (): Promise<Store<Entered>> => Store.open<Entered>(`photos-${databases++}`);

test("what the page names is kept and shown without a network", async () => {
  const store = await opened();
  let drawn = 0;
  const here = new Photos(
    store,
    () => drawn++,
    async (id) => new Blob([id]),
  );
  await here.follow(naming("a", "b"));
  assert.ok(here.addressOf("a") && here.addressOf("b") && drawn === 2);
  const later = new Photos(
    store,
    () => undefined,
    () => Promise.reject(new Error("no network")),
  );
  await later.follow(naming("a", "b", "c"));
  assert.ok(later.addressOf("a") && later.addressOf("b"));
  assert.equal(later.addressOf("c"), undefined);
});

test("what was handed over goes, and so does everything when the person leaves", async () => {
  const store = await opened();
  const here = new Photos(
    store,
    () => undefined,
    async (id) => new Blob([id]),
  );
  await here.follow(naming("a", "b"));
  await here.follow(naming("b"));
  assert.equal(here.addressOf("a"), undefined);
  assert.equal(await store.get("photo a"), undefined);
  assert.ok(await store.get("photo b"));
  await store.leave();
  await here.follow(undefined);
  assert.equal(here.addressOf("b"), undefined);
  assert.equal(await store.get("photo b"), undefined);
  await here.follow(naming("b"));
  assert.ok(here.addressOf("b") && (await store.get("photo b")), "read anew where it is wanted again");
});

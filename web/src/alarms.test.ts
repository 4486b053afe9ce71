import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { Alarms } from "./alarms";
import type { Alarm } from "./types";

const START = Date.parse("2026-11-24T08:00:00Z");
const at = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();

function alarm(id: string, level: number, minutes: number, more: Partial<Alarm> = {}): Alarm {
  const made: Partial<Alarm> = {
    id,
    level,
    shown_level: level,
    title: `Methane ${id}`,
    place: "Shiniushan Road",
    asset_code: null,
    state: "active_unacknowledged",
  };
  return { ...made, raised_at: at(minutes), updated_at: at(minutes), ...more } as Alarm;
}

function holding(...list: Alarm[]): Alarms {
  const alarms = new Alarms("/api/v1/warning/alarms");
  for (const one of list) alarms.take(one);
  return alarms;
}

const ids = (alarms: Alarms): string =>
  alarms
    .shown()
    .map((one) => one.id)
    .join(" ");

/** The server's list, in pages as it is asked for them. */
function answering(context: TestContext, list: Alarm[], meanwhile = (): void => undefined): string[] {
  const asked: string[] = [];
  context.mock.method(globalThis, "fetch", (url: string) => {
    asked.push(url);
    const offset = Number(new URL(url, "http://tocsin").searchParams.get("offset"));
    meanwhile();
    return Promise.resolve(Response.json({ items: list.slice(offset, offset + 500), total: list.length, counts: {} }));
  });
  return asked;
}

test("the highest level comes first, among equals what has waited longest, last what is set aside", () => {
  const alarms = holding(
    alarm("yellow", 2, 0),
    alarm("red-new", 4, 9),
    alarm("red-shelved", 4, 1, { state: "shelved" }),
    alarm("red-old", 4, 3),
    alarm("blue-suppressed", 1, 0, { state: "suppressed" }),
    alarm("b-twin", 3, 5),
    alarm("a-twin", 3, 5),
  );
  assert.equal(ids(alarms), "red-old red-new a-twin b-twin yellow red-shelved blue-suppressed");
});

test("what is set aside is counted with nothing that waits", () => {
  const alarms = holding(
    alarm("waits", 4, 0),
    alarm("returned", 3, 0, { state: "returned_unacknowledged" }),
    alarm("known", 4, 5, { state: "active_acknowledged" }),
    alarm("shelved", 4, 5, { state: "shelved" }),
    alarm("out", 4, 5, { state: "out_of_service" }),
  );
  assert.equal(alarms.countOfLevel(4), 2);
  assert.equal(alarms.countOfState("unacknowledged"), 2);
  assert.equal(alarms.countOfState("acknowledged"), 1);
  assert.equal(alarms.countOfState("all"), 5);
  assert.equal(alarms.countOfNew(START + 60_000), 1);
});

test("a filter leaves what passes all its parts", () => {
  const alarms = holding(
    alarm("1", 4, 0, { asset_code: "M2" }),
    alarm("2", 4, 1),
    alarm("3", 2, 2),
    alarm("4", 4, 3, { state: "active_acknowledged" }),
  );
  alarms.setFilter({ state: "unacknowledged" });
  alarms.setFilter({ level: 4 });
  assert.equal(ids(alarms), "1 2");
  alarms.setFilter({ search: " m2 " });
  assert.equal(ids(alarms), "1");
});

test("a live change tells what was known before, and a closed alarm goes", () => {
  const first = alarm("1", 3, 0);
  const alarms = holding(first);
  assert.equal(alarms.take(alarm("2", 3, 0)), undefined);
  assert.equal(alarms.take(alarm("1", 4, 0)), first);
  assert.equal(alarms.take(alarm("1", 4, 1, { state: "normal" }))?.level, 4);
  assert.equal(ids(alarms), "2");
});

test("a list that was asked for is read to its end, and what it no longer holds goes", async (context) => {
  const alarms = holding(alarm("closed", 4, 0));
  const asked = answering(
    context,
    Array.from({ length: 1001 }, (_, number) => alarm(`${number}`, 1, 0)),
  );
  await alarms.load();
  assert.equal(asked.length, 3);
  assert.equal(alarms.byId.size, 1001);
  assert.ok(!alarms.byId.has("closed"));
});

test("a live change that was quicker than the list stands", async (context) => {
  const alarms = holding();
  answering(context, [alarm("1", 2, 0), alarm("2", 2, 0)], () => alarms.take(alarm("1", 4, 0, { updated_at: at(1) })));
  await alarms.load();
  assert.equal(alarms.byId.get("1")?.level, 4);
  assert.equal(alarms.byId.get("2")?.level, 2);
});

import assert from "node:assert/strict";
import test from "node:test";
import { stateWords, stepReached, stepsBehind, waitingFor } from "./progress";
import type { Order, Queued } from "./store";

const STEPS = ["accept", "depart", "arrive", "control", "find_cause", "mend"];

function order(...done: string[]): Order {
  const steps = STEPS.map((act) => ({ act, name: act.toUpperCase(), done: done.includes(act) }));
  return { id: "7", state_name: "as the server says", steps } as Order;
}

function entry(act: string, more: Partial<Queued> = {}): Queued {
  return { order_id: "7", act, refused: "", ...more } as Queued;
}

test("what waits for an order is its own and was not refused", () => {
  const queue = [entry("accept"), entry("depart", { order_id: "8" }), entry("arrive", { refused: "the order is over" })];
  assert.deepEqual(waitingFor(order(), queue), [queue[0]]);
});

const TABLE: { name: string; done: string[]; waiting: string[]; behind: string[]; words: string }[] = [
  { name: "nothing was done", done: [], waiting: [], behind: [], words: "as the server says" },
  {
    name: "the server knows two steps",
    done: ["accept", "depart"],
    waiting: [],
    behind: ["accept", "depart"],
    words: "as the server says",
  },
  { name: "a step waits", done: ["accept"], waiting: ["depart"], behind: ["accept", "depart"], words: "DEPART" },
  {
    name: "a later step waits: what was left out counts too",
    done: ["accept"],
    waiting: ["control"],
    behind: STEPS.slice(0, 4),
    words: "CONTROL",
  },
  { name: "steps wait out of order", done: [], waiting: ["arrive", "accept"], behind: STEPS.slice(0, 3), words: "ARRIVE" },
  { name: "a note that waits is no step", done: ["accept"], waiting: ["note"], behind: ["accept"], words: "as the server says" },
  {
    name: "the server is further than the device",
    done: STEPS.slice(0, 5),
    waiting: ["depart"],
    behind: STEPS.slice(0, 5),
    words: "FIND_CAUSE",
  },
];

for (const { name, done, waiting, behind, words } of TABLE) {
  test(name, () => {
    const queue = waiting.map((act) => entry(act));
    assert.deepEqual(stepsBehind(order(...done), queue), behind);
    assert.equal(stepReached(order(...done), queue), behind.at(-1) ?? "");
    assert.equal(stateWords(order(...done), queue), words);
  });
}

import assert from "node:assert/strict";
import test from "node:test";
import { neighbourOf, orderOf } from "./feed-order";

test("rows follow the alarms, most urgent first", () => {
  assert.deepEqual(orderOf(["new red", "a", "b"], ["b", "a"], false), { rows: ["new red", "a", "b"], waiting: 0 });
});

test("while the list is held no row moves, a new alarm waits, and one that is over goes", () => {
  assert.deepEqual(orderOf(["new red", "a", "c"], ["c", "b", "a"], true), { rows: ["c", "a"], waiting: 1 });
  assert.deepEqual(orderOf(["a", "c"], ["c", "a"], true), { rows: ["c", "a"], waiting: 0 });
});

const STEPS: [string, string | null, number, string | null][] = [
  ["one below", "a", 1, "b"],
  ["one above", "b", -1, "a"],
  ["not beyond the last", "c", 1, "c"],
  ["not beyond the first", "a", -1, "a"],
  ["downwards from nowhere: the first", null, 1, "a"],
  ["upwards from nowhere: the last", null, -1, "c"],
  ["from a row that is gone: as from nowhere", "gone", 1, "a"],
];

for (const [name, chosen, step, found] of STEPS) {
  test(name, () => assert.equal(neighbourOf(["a", "b", "c"], chosen, step), found));
}

test("an empty list has no neighbours", () => assert.equal(neighbourOf([], "a", 1), null));

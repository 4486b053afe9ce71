import assert from "node:assert/strict";
import test from "node:test";
import { between } from "./between";

test("shift chooses every row between two presses, whichever came first", () => {
  const all = ["a", "b", "c", "d", "e"];
  assert.deepEqual(between(all, 1, 3), ["b", "c", "d"]);
  assert.deepEqual(between(all, 3, 1), ["b", "c", "d"]);
  assert.deepEqual(between(all, 2, 2), ["c"]);
  assert.deepEqual(between(all, -1, 2), [], "a row that another page had");
});

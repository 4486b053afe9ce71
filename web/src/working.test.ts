import assert from "node:assert/strict";
import test from "node:test";
import { secondsSince } from "./working";

test("whole seconds are counted, and none where the clock was set back", () => {
  assert.deepEqual([secondsSince(1000, 1999), secondsSince(1000, 63_000), secondsSince(1000, 0)], [0, 62, 0]);
});

import assert from "node:assert/strict";
import test from "node:test";
import { toldPercent } from "./percent";

test("a probability is told in whole percent and never as certainty", () => {
  assert.deepEqual([0, 0.004, 0.555, 0.994, 1].map(toldPercent), ["0 %", "0 %", "56 %", "99 %", "99 %"]);
});

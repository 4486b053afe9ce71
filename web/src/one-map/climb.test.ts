import assert from "node:assert/strict";
import { test } from "node:test";
import { climbOf } from "./climb";
import type { Step } from "./heights";

const course = (...heights: (number | null)[]): Step[] => heights.map((height, index) => [index * 50, 120, 36, height]);

test("a course goes up and down, and gaps count for nothing", () => {
  assert.deepEqual(climbOf(course(10, 30, null, 25)), { lowest: 10, highest: 30, up: 20, down: 5 });
});

test("unevenness is no climb", () => {
  assert.deepEqual(climbOf(course(10, 10.4, 9.8, 10.3, 10)), { lowest: 9.8, highest: 10.4, up: 0, down: 0 });
});

test("where no height is known there is nothing to tell", () => {
  assert.equal(climbOf(course(null, null)), null);
});

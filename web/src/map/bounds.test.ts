import assert from "node:assert/strict";
import test from "node:test";
import { boundsOf, PROVINCE } from "./bounds";

test("the box around points holds them all", () => {
  assert.deepEqual(
    boundsOf([
      [120.4, 36.2],
      [120.1, 36.4],
      [120.3, 36.1],
    ]),
    [120.1, 36.1, 120.4, 36.4],
  );
  assert.deepEqual(boundsOf([[120.4, 36.2]]), [120.4, 36.2, 120.4, 36.2]);
});

test("a far point does not make the box large where outermost ones are left out", () => {
  const points = Array.from({ length: 100 }, (_, at) => [120 + at / 1000, 36 + at / 1000]);
  assert.deepEqual(boundsOf([...points, [0, 0]], 0.02), [120.001, 36.001, 120.097, 36.097]);
});

test("without points the province is shown", () => {
  assert.deepEqual(boundsOf([]), PROVINCE);
});

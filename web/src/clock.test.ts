import assert from "node:assert/strict";
import test from "node:test";
import { elapsed, formatTime, nowMs, setClock } from "./clock";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

test("what has passed since a moment", () => {
  const table: [number, string][] = [
    [-5 * SECOND, "00:00"],
    [0, "00:00"],
    [59.9 * SECOND, "00:59"],
    [727 * SECOND, "12:07"],
    [HOUR, "1:00:00"],
    [3 * HOUR + 727 * SECOND, "3:12:07"],
    [24 * HOUR - 1, "23:59:59"],
    [52 * HOUR, "2d 4h"],
  ];
  for (const [passed, words] of table) assert.equal(elapsed(1_764_000_000_000, 1_764_000_000_000 + passed), words);
});

test("the server's clock goes on at the server's speed", (context) => {
  let passed = 100;
  context.mock.method(performance, "now", () => passed);
  setClock(1_764_000_000_000, 60);
  passed += SECOND;
  assert.equal(nowMs(), 1_764_000_060_000);
  setClock(1_764_000_000_000);
  passed += SECOND;
  assert.equal(nowMs(), 1_764_000_001_000);
});

test("a moment is shown by the city's clock, whatever the device's zone", () => {
  globalThis.document = { querySelector: () => ({ dataset: { timeZone: "Asia/Shanghai" } }) } as unknown as Document;
  const midnight = Date.parse("2026-11-24T16:00:07Z");
  assert.equal(formatTime(midnight, "time"), "00:00");
  assert.equal(formatTime(midnight, "seconds"), "00:00:07");
  assert.equal(formatTime(midnight, "date"), "2026-11-25");
  assert.equal(formatTime(midnight, "full"), "2026-11-25 00:00:07");
});

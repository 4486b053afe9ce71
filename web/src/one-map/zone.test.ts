import assert from "node:assert/strict";
import { test } from "node:test";
import { isoIn, momentIn } from "./zone";

test("a moment is written in the city's time, whatever the machine's zone is", () => {
  assert.equal(isoIn(Date.UTC(2026, 10, 24, 6, 0), "Asia/Shanghai"), "2026-11-24T14:00:00+08:00");
});

test("a field of local time is read in the city's time", () => {
  assert.equal(momentIn("2026-11-24T14:00", "Asia/Shanghai"), Date.UTC(2026, 10, 24, 6, 0));
  assert.equal(momentIn("", "Asia/Shanghai"), null);
});

import assert from "node:assert/strict";
import test from "node:test";
import { counted, stepFrom, type Tour } from "./tour";

const WORDS = { title: "", next: "", back: "", end: "", there: "", count: "" };
const tour: Tour = { steps: ["/a/", "/b/", "/b/"].map((url) => ({ url, at: "main", text: url })), words: WORDS };

test("a tour goes on, goes back no further than its beginning, and ends behind its last step", () => {
  assert.deepEqual([stepFrom(tour, 0, 1), stepFrom(tour, 0, -1), stepFrom(tour, 2, -1), stepFrom(tour, 2, 1)], [1, 0, 1, null]);
});

test("the count is told in the reader's words", () => {
  assert.equal(counted("{number} of {all}", 1, 7), "2 of 7");
  assert.equal(counted("第 {number} 步，共 {all} 步", 0, 3), "第 1 步，共 3 步");
});

import assert from "node:assert/strict";
import test from "node:test";
import { LEAST, drawn, moved, nudged, sized } from "./box";

const area = { width: 400, height: 300 };
const box = { left: 100, top: 100, width: 50, height: 40 };

test("a box is moved within the photo", () => {
  assert.deepEqual(moved(box, 10, -5, area), { ...box, left: 110, top: 95 });
  assert.deepEqual(moved(box, 900, -900, area), { ...box, left: 350, top: 0 });
});

test("a box is sized within the photo, and never to nothing", () => {
  assert.deepEqual(sized(box, 900, 900, area), { ...box, width: 300, height: 200 });
  assert.deepEqual(sized(box, -900, -900, area), { ...box, width: LEAST, height: LEAST });
});

test("a box is drawn from any of its corners, and a press alone draws none", () => {
  assert.deepEqual(drawn({ x: 90, y: 80 }, { x: 40, y: 20 }, area), { left: 40, top: 20, width: 50, height: 60 });
  assert.deepEqual(drawn({ x: 390, y: 290 }, { x: 999, y: 200 }, area), { left: 390, top: 200, width: 10, height: 90 });
  assert.equal(drawn({ x: 40, y: 40 }, { x: 43, y: 90 }, area), null);
});

test("arrows move a box, with Shift they size it, and no other key does anything", () => {
  assert.deepEqual(nudged(box, "ArrowLeft", false, area), { ...box, left: 98 });
  assert.deepEqual(nudged(box, "ArrowDown", true, area), { ...box, height: 42 });
  assert.equal(nudged(box, "a", false, area), null);
});

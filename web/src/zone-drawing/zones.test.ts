import assert from "node:assert/strict";
import test from "node:test";
import { nudged, readZones, withCorners, withZone } from "./zones";

const text = "Door: 0,0 0.5,0 0.5,1 | smoking\nhalf: 0.1\n门口：0，0 1，0 1，1";

test("zones are read as the form writes them, and what is half written is passed over", () => {
  assert.deepEqual(
    readZones(text).map(({ line, name, corners }) => [line, name, corners.length]),
    [
      [0, "Door", 3],
      [2, "门口", 3],
    ],
  );
  assert.deepEqual(readZones(text)[0]!.corners[1], { x: 0.5, y: 0 });
});

test("corners change, name and kinds and all other lines stay", () => {
  const corners = [
    { x: 0.1, y: 0.1 },
    { x: 0.23456, y: 0 },
    { x: 2, y: -1 },
  ];
  assert.equal(withCorners(text, 0, corners).split("\n")[0], "Door: 0.1,0.1 0.235,0 1,0 | smoking");
  assert.equal(withCorners(text, 0, corners).split("\n")[1], "half: 0.1");
  assert.equal(withCorners(text, 0, corners.slice(1)), text.split("\n").slice(1).join("\n"));
});

test("a new zone has a name of its own", () => {
  const corners = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ];
  const once = withZone("", corners, "zone");
  assert.equal(once, "zone 1: 0,0 1,0 1,1");
  assert.equal(withZone(`${once}\n`, corners, "zone").split("\n")[1], "zone 2: 0,0 1,0 1,1");
});

test("arrows move a corner within the picture, with Shift further, and no other key does anything", () => {
  assert.deepEqual(nudged({ x: 0.5, y: 0.5 }, "ArrowLeft", false), { x: 0.495, y: 0.5 });
  assert.deepEqual(nudged({ x: 0.99, y: 0.5 }, "ArrowRight", true), { x: 1, y: 0.5 });
  assert.equal(nudged({ x: 0, y: 0 }, "a", false), null);
});

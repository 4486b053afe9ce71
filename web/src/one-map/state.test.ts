import assert from "node:assert/strict";
import { test } from "node:test";
import { startFrom, State, type Layer } from "./state";

const layer = (name: string, look: Layer["look"], shown = false): Layer => ({
  name,
  look,
  sign: "",
  shown,
  words: name,
  path: [],
  live: "",
  past: false,
  legend: [],
  search: "",
});
const CATALOGUE = [
  layer("cases", "plates", true),
  layer("gas", "network", true),
  layer("zones", "areas"),
  layer("alarms", "alarms"),
];
const start = { view: null, layers: null, at: "", ground: "", most: 40, box: null, terrain: null };

test("what is shown from the start lies in the order of its kind", () => {
  assert.deepEqual(
    new State(CATALOGUE, start).shown.map((one) => one.name),
    ["gas", "cases"],
  );
});

test("a layer for which there is no room is not added, and that is told", () => {
  const state = new State(CATALOGUE, { ...start, most: 2 });
  let told = 0;
  state.addEventListener("full", () => told++);
  state.toggle("zones");
  assert.deepEqual([told, state.shown.length], [1, 2]);
  state.toggle("cases");
  state.toggle("zones");
  assert.deepEqual(
    state.shown.map((one) => one.name),
    ["zones", "gas"],
  );
});

test("a layer that is added lies on top of its kind and not above urgent things", () => {
  const state = new State(CATALOGUE, start);
  state.toggle("zones");
  state.toggle("alarms");
  assert.deepEqual(
    state.shown.map((one) => one.name),
    ["zones", "gas", "cases", "alarms"],
  );
});

test("a layer moves to a place counted from the top, and never beyond the ends", () => {
  const state = new State(CATALOGUE, {
    ...start,
    layers: [
      ["zones", 100],
      ["gas", 100],
      ["cases", 100],
    ],
  });
  state.place("zones", 0);
  assert.deepEqual(
    state.shown.map((one) => one.name),
    ["gas", "cases", "zones"],
  );
  state.place("zones", 99);
  assert.equal(state.shown[0]!.name, "zones");
});

test("the address says everything that was chosen", () => {
  const state = new State(CATALOGUE, { ...start, layers: [["gas", 40]] });
  state.setView([120.43, 36.16, 13]);
  state.setMoment("2026-11-24T14:00:00+08:00");
  assert.equal(
    state.address().toString(),
    "view=120.43000%2C36.16000%2C13.00&layers=gas*40&at=2026-11-24T14%3A00%3A00%2B08%3A00",
  );
});

test("what was kept begins the next visit, without layers that are gone", () => {
  const kept = startFrom(
    "view=120.4%2C36.1%2C12&layers=gas*40%2Cgone&at=2026-01-01T00%3A00%3A00%2B08%3A00",
    start,
    new Set(["gas"]),
  );
  assert.deepEqual(kept, { ...start, view: [120.4, 36.1, 12], layers: [["gas", 40]] });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { doorKey, groupOf, shownDoors } from "./doors";
import type { Door } from "./store";

const RESULTS = ["told", "nobody", "help", "declined", "vacant"];
const door = (id: string, place: string, result = ""): Door => ({
  id,
  place,
  result,
  version: result ? 1 : 0,
  people: 0,
  words: "",
  help: false,
  differs: false,
});

test("what waits lies over what the server knows, in its order", () => {
  const waiting = [
    { act: "nobody", data: { door: "a" } },
    { act: "told", data: { door: "a", people: 3 } },
    { act: "help", data: { place: "New Rd 1", text: "oxygen" } },
    { act: "note", data: { text: "dogs" } },
  ];
  const shown = shownDoors([door("a", "Rd 1"), door("b", "Rd 2", "nobody")], waiting, RESULTS);
  assert.deepEqual(
    shown.map((one) => [one.place, one.result, one.people, one.waits]),
    [
      ["Rd 1", "told", 3, true],
      ["Rd 2", "nobody", 0, false],
      ["New Rd 1", "help", 0, true],
    ],
  );
});

test("a door that was typed twice, or stands on the list, is one", () => {
  assert.equal(doorKey("峰山路　１２号"), doorKey("峰山路 12号"));
  const waiting = [
    { act: "nobody", data: { place: "new rd 1" } },
    { act: "told", data: { place: "New Rd 1" } },
    { act: "told", data: { place: "RD 1" } },
  ];
  const shown = shownDoors([door("a", "Rd 1")], waiting, RESULTS);
  assert.deepEqual(
    shown.map((one) => [one.id, one.result]),
    [
      ["a", "told"],
      ["", "told"],
    ],
  );
});

test("doors stand under their heading", () => {
  assert.deepEqual(
    ["", "nobody", "told", "help"].map((result) => groupOf({ result })),
    ["open_doors", "again_doors", "done_doors", "done_doors"],
  );
});

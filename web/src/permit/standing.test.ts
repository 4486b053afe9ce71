import assert from "node:assert/strict";
import { test } from "node:test";
import { shownActs, shownMeasures } from "./standing";

const measure = (code: string, done: boolean | null = null) => ({ code, text: code, done, by: "", at: null });

test("what was ticked here lies over what the server knows, the last word last", () => {
  const measures = [measure("briefed", true), measure("isolated"), measure("cleaned")];
  const waiting = [
    { act: "tick", data: { done: ["isolated"], without: ["cleaned"] } },
    { act: "round", data: {} },
    { act: "tick", data: { done: ["cleaned"] } },
  ];
  assert.deepEqual(
    shownMeasures({ measures }, waiting).map((one) => [one.code, one.done, one.waits]),
    [
      ["briefed", true, false],
      ["isolated", true, true],
      ["cleaned", true, true],
    ],
  );
});

const ACTS = ["tick", "test", "photo", "round", "pause", "stop", "close"];
for (const { waits, left } of [
  { waits: [], left: ACTS },
  { waits: ["pause"], left: ["tick", "test", "photo", "round", "stop", "close"] },
  { waits: ["stop"], left: ["tick", "test", "photo", "close"] },
  { waits: ["pause", "close"], left: ["photo"] },
])
  test(`after ${waits.join(", ") || "nothing"} one may press ${left.join(", ")}`, () => {
    assert.deepEqual(
      shownActs(
        { acts: ACTS },
        waits.map((act) => ({ act })),
      ),
      left,
    );
  });

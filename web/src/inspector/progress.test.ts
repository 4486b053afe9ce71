import assert from "node:assert/strict";
import test from "node:test";
import type { Subject } from "../firm/types";
import { answerOf, inspectionsOf, signerOf, stateOf } from "./progress";
import type { Inspection, Inspector, Item, Said } from "./types";

const entry = (act: string, data: Said = {}, more: Partial<Subject> = {}): Subject =>
  ({ subject_id: "new", act, data, refused: "", ...more }) as Subject;
const inspection = (more: Partial<Inspection> = {}): Inspection =>
  ({ id: "7", state: "planned", entries: [], ...more }) as Inspection;

const STATES: [string, string[], string][] = [
  ["planned", [], "planned"],
  ["planned", ["begin"], "open"],
  ["planned", ["begin", "answer", "note"], "open"],
  ["open", ["sign"], "signed"],
  ["signed", ["reopen"], "open"],
  ["signed", ["reopen", "sign"], "signed"],
  ["signed", ["confirm"], "confirmed"],
];

for (const [known, acts, state] of STATES) {
  test(`${known}, then ${acts.join(", ") || "nothing"}: ${state}`, () => {
    assert.equal(
      stateOf(
        inspection({ state: known }),
        acts.map((act) => entry(act)),
      ),
      state,
    );
  });
}

test("the newest answer on the device stands above what the server knows", () => {
  const item = { code: "3.1", answer: "good" } as Item;
  assert.equal(answerOf(item, []), "good");
  assert.equal(answerOf(item, [entry("answer", { item: "3.2", answer: "bad" })]), "good");
  const changed = [entry("answer", { item: "3.1", answer: "bad" }), entry("answer", { item: "3.1", answer: "not_applicable" })];
  assert.equal(answerOf(item, changed), "not_applicable");
});

test("who signed first is who may not confirm", () => {
  const entries = [
    { act: "sign", actor: "Zhao", conflict: "" },
    { act: "reopen", actor: "Li", conflict: "" },
    { act: "sign", actor: "Li", conflict: "" },
    { act: "sign", actor: "Wang", conflict: "signed before" },
  ] as Inspection["entries"];
  assert.equal(signerOf(inspection({ entries }), [], "Sun"), "Li");
  assert.equal(signerOf(inspection({ entries }), [entry("sign")], "Sun"), "Sun");
  assert.equal(signerOf(inspection(), [], "Sun"), "");
});

const PAGE = {
  person: "Sun",
  objects: [{ id: "o", code: "F-1", name: "Foundry" }],
  check_lists: [{ code: "welding", version: 3, name: "Welding", items: [{ code: "1" }] }],
  colleagues: [{ id: "z", name: "Zhao" }],
  inspections: [inspection()],
} as unknown as Inspector;
const OPENING: Said = { object: "o", check_list: "welding", list_version: 3, second: "z" };

test("an inspection that was begun on this device stands before those of the server until the server has it", () => {
  const [begun, known] = inspectionsOf(PAGE, [entry("open", OPENING), entry("answer")], "later");
  assert.equal(known?.id, "7");
  assert.deepEqual([begun?.id, begun?.number, begun?.state, begun?.object_name], ["new", "later", "open", "Foundry"]);
  assert.deepEqual([begun?.first_inspector, begun?.second_inspector, begun?.list_items.length], ["Sun", "Zhao", 1]);
});

test("one that was refused, or that the server knows, is not begun twice", () => {
  assert.equal(inspectionsOf(PAGE, [entry("open", OPENING, { refused: "no such object" })], "").length, 1);
  assert.equal(inspectionsOf(PAGE, [entry("open", OPENING, { subject_id: "7" })], "").length, 1);
});

test("one of which the device no longer has the object or the list is shown as far as it is known", () => {
  const [begun] = inspectionsOf(PAGE, [entry("open", { object: "gone", check_list: "gone", list_version: 1 })], "");
  assert.deepEqual(
    [begun?.object_name, begun?.check_list_name, begun?.list_items, begun?.second_inspector],
    ["", "gone", [], ""],
  );
});

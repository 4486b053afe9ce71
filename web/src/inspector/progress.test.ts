import assert from "node:assert/strict";
import test from "node:test";
import type { Subject } from "../firm/types";
import { answerOf, dangersOf, heard, inspectionsOf, signerOf, stateOf, unanswered, unsettled } from "./progress";
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

const ITEM = { code: "1", answer: "", each: [] } as unknown as Item;
const differing = { code: "2", answer: "bad", each: [{ by: "Zhao" }, { by: "Wang" }] } as unknown as Item;

test("an item that the inspectors answer differently is settled here only by a new answer", () => {
  const one = inspection({ list_items: [ITEM, differing] });
  const codes = (waiting: Subject[]): string[][] =>
    [unanswered(one, waiting), unsettled(one, waiting)].map((all) => all.map((each) => each.code));
  assert.deepEqual(codes([]), [["1"], ["2"]]);
  assert.deepEqual(codes([entry("answer", { item: "2", answer: "good" })]), [["1"], []]);
  assert.deepEqual(codes([entry("answer", { item: "1", answer: "good" })]), [[], ["2"]]);
});

test("a hidden danger can be opened before it is sent, and stands once", () => {
  const found = [
    { id: "f", state: "open", text: "old" },
    { id: "w", state: "withdrawn" },
  ] as Inspection["found"];
  const one = inspection({ found });
  const waiting = [
    entry("finding", { finding: "g", grade: "major", text: "new" }),
    entry("finding", { finding: "f", text: "old" }),
  ];
  assert.deepEqual(
    dangersOf(one, waiting).map((each) => [each.id, each.text, each.isSent]),
    [
      ["f", "old", true],
      ["g", "new", false],
    ],
  );
});

test("the firm's person has signed, or refused before a witness, as this device knows it last", () => {
  const none = inspection({ party: "" });
  assert.equal(heard(none, []), undefined);
  assert.deepEqual(heard(none, [entry("party_refuse", { witness: "Sun" })]), { name: "Sun", refused: true });
  const refused = inspection({ party: "Sun", party_refused: true });
  assert.deepEqual(heard(refused, []), { name: "Sun", refused: true });
  assert.deepEqual(heard(refused, [entry("party_sign", { name: "Li" })]), { name: "Li", refused: false });
});

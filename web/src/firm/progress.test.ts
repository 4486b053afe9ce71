import assert from "node:assert/strict";
import test from "node:test";
import { isUnanswered, mayAskAcceptance, mayAskExtension, nextStep, ownWaiting, sorted, waitingFor } from "./progress";
import type { Finding, Firm, Question, Subject, Task } from "./types";

const task = (id: string, state: string): Task => ({ id, state }) as Task;
const entry = (act: string, more: Partial<Subject> = {}): Subject => ({ subject_id: "7", act, refused: "", ...more }) as Subject;

function finding(more: Partial<Finding> = {}): Finding {
  return { id: "7", state: "open", grade: "ordinary", fixings: [], extended: 0, asked_until: null, ...more } as Finding;
}

test("tasks are sorted into due and over, dangers that are closed are left out, and each keeps the server's order", () => {
  const tasks = [task("1", "overdue"), task("2", "met"), task("3", "open"), task("4", "deferred"), task("5", "open")];
  const findings = [finding({ id: "a", state: "rectified" }), finding({ id: "b", state: "closed" }), finding({ id: "c" })];
  const { due, over, open } = sorted({ tasks, findings } as Firm);
  assert.deepEqual(
    [due, over, open].map((list) => list.map((one) => one.id).join("")),
    ["135", "24", "ac"],
  );
});

test("what waits is about the thing itself and was not refused", () => {
  const queue = [entry("note"), entry("done", { subject_id: "8" }), entry("done", { refused: "too late" })];
  assert.deepEqual(waitingFor("7", queue), [queue[0]]);
});

const NEXT: [string, Finding, string[], string | null][] = [
  ["an ordinary danger is rectified", finding(), [], "rectify"],
  ["a major one is fixed first", finding({ grade: "major" }), [], "fix"],
  [
    "a major one that the server knows as fixed is rectified",
    finding({ grade: "major", fixings: [{ name: "funds" }] }),
    [],
    "rectify",
  ],
  ["a major one whose fixings wait to be sent is rectified", finding({ grade: "major" }), ["fix"], "rectify"],
  ["one whose rectifying waits to be sent is over", finding(), ["rectify"], null],
  ["one that waits for its re-check is over", finding({ state: "rectified" }), [], null],
  ["one whose risk is accepted may be rectified", finding({ state: "accepted" }), [], "rectify"],
  ["an ordinary one that the firm found itself it closes itself", finding({ own: true }), [], "close_own"],
  ["a major one that it found itself is fixed and re-checked", finding({ own: true, grade: "major" }), [], "fix"],
];

for (const [name, one, waiting, step] of NEXT) {
  test(name, () =>
    assert.equal(
      nextStep(
        one,
        waiting.map((act) => entry(act)),
      ),
      step,
    ),
  );
}

test("more time is asked for once, and only while the firm has its turn", () => {
  assert.ok(mayAskExtension(finding(), []));
  assert.ok(!mayAskExtension(finding({ extended: 1 }), []));
  assert.ok(!mayAskExtension(finding({ asked_until: "2026-12-01" }), []));
  assert.ok(!mayAskExtension(finding(), [entry("rectify")]));
});

test("a question is open until an answer was entered", () => {
  const question = { waits: true } as Question;
  assert.ok(isUnanswered(question, []));
  assert.ok(!isUnanswered(question, [entry("answer")]));
  assert.ok(!isUnanswered({ waits: false } as Question, []));
});

test("the risk of an ordinary danger may be accepted, never that of a major or an own one", () => {
  assert.ok(mayAskAcceptance(finding(), []));
  assert.ok(!mayAskAcceptance(finding({ accept_asked: "2026-12-01" }), []));
  assert.ok(!mayAskAcceptance(finding({ grade: "major", fixings: [{ name: "funds" }] }), []));
  assert.ok(!mayAskAcceptance(finding({ own: true }), []) && !mayAskExtension(finding({ own: true }), []));
});

test("a danger that was entered here is shown until the server has it", () => {
  const queue = [entry("report_own"), entry("report_own", { subject_id: "9" }), entry("report_own", { refused: "no object" })];
  assert.deepEqual(ownWaiting(queue, [finding({ id: "9" })]), [queue[0]]);
});

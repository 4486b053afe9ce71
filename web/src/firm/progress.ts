// What is still to be done of a firm's tasks, hidden dangers and questions, with what waits on this device to be sent.
import type { Finding, Firm, Question, Subject, Task } from "./types";

/** What was entered about this and is on its way. */
export function waitingFor(id: string, queue: Subject[]): Subject[] {
  return queue.filter((entry) => entry.subject_id === id && !entry.refused);
}

/** The tasks that are due and those that are over, and the hidden dangers that are open, each in the server's order. */
export function sorted(firm: Firm): { due: Task[]; over: Task[]; open: Finding[] } {
  return {
    due: firm.tasks.filter(isRunning),
    over: firm.tasks.filter((task) => !isRunning(task)),
    open: firm.findings.filter((finding) => ["open", "accepted", "rectified"].includes(finding.state)),
  };
}

export function isRunning(task: Task): boolean {
  return task.state === "open" || task.state === "overdue";
}

/** Whether this act waits to be sent. */
export function isEntered(act: string, waiting: Subject[]): boolean {
  return waiting.some((entry) => entry.act === act);
}

/** What comes next with a hidden danger: a major one is rectified after its five fixings are named. Null where it is not the firm's turn. */
export function nextStep(finding: Finding, waiting: Subject[]): "fix" | "rectify" | "close_own" | null {
  if (!["open", "accepted"].includes(finding.state) || isEntered("rectify", waiting) || isEntered("close_own", waiting))
    return null;
  if (finding.own && finding.grade !== "major") return "close_own";
  const fixed = finding.fixings.length > 0 || isEntered("fix", waiting);
  return finding.grade === "major" && !fixed ? "fix" : "rectify";
}

/** Whether more time may be asked for: once, and before it was granted. */
export function mayAskExtension(finding: Finding, waiting: Subject[]): boolean {
  return hasItsTurn(finding, waiting) && !finding.extended && !finding.asked_until;
}

/** Whether it may be asked that the risk be accepted for a time: never that of a major danger. */
export function mayAskAcceptance(finding: Finding, waiting: Subject[]): boolean {
  return hasItsTurn(finding, waiting) && finding.grade !== "major" && !finding.accept_asked;
}

function hasItsTurn(finding: Finding, waiting: Subject[]): boolean {
  return finding.state === "open" && !finding.own && nextStep(finding, waiting) !== null;
}

/** Dangers that were entered on this device and are not sent yet. */
export function ownWaiting(queue: Subject[], known: Finding[]): Subject[] {
  return queue.filter(
    (entry) => entry.act === "report_own" && !entry.refused && !known.some((one) => one.id === entry.subject_id),
  );
}

/** Whether the authority waits for an answer that was not yet entered. */
export function isUnanswered(question: Question, waiting: Subject[]): boolean {
  return question.waits && !waiting.length;
}

// How far an inspection has got: what the server knows of it, and what was entered on this device and waits to be sent.
import type { Subject } from "../firm/types";
import type { Inspection, Inspector, Item, Said } from "./types";

const STATE_AFTER: Record<string, string> = { begin: "open", sign: "signed", confirm: "confirmed", reopen: "open" };

/** The state with what waits to be sent. */
export function stateOf(inspection: Inspection, waiting: Subject[]): string {
  return waiting.reduce((state, entry) => STATE_AFTER[entry.act] ?? state, inspection.state);
}

/** The answer that stands: what waits to be sent before what the server knows. */
export function answerOf(item: Item, waiting: Subject[]): string {
  const answers = waiting.filter((entry) => entry.act === "answer").map((entry) => entry.data as Said);
  return answers.findLast((said) => said.item === item.code)?.answer ?? item.answer;
}

/** The items that nobody has answered. */
export function unanswered(inspection: Inspection, waiting: Subject[]): Item[] {
  return inspection.list_items.filter((item) => !answerOf(item, waiting));
}

/** The items that the two inspectors answer differently, as far as the server knows; one that was answered anew here is not among them. */
export function unsettled(inspection: Inspection, waiting: Subject[]): Item[] {
  const anew = waiting.filter((entry) => entry.act === "answer").map((entry) => (entry.data as Said).item);
  return inspection.list_items.filter((item) => item.each.length > 0 && !anew.includes(item.code));
}

/** A hidden danger of an inspection: one that waits to be sent knows only its words. */
export interface Danger {
  id: string;
  grade: string;
  text: string;
  number: string;
  due_on: string;
  isSent: boolean;
}

/** The hidden dangers of an inspection, those last that are not sent yet. */
export function dangersOf(inspection: Inspection, waiting: Subject[]): Danger[] {
  const known = inspection.found.filter((one) => one.state !== "withdrawn").map((one): Danger => ({ ...one, isSent: true }));
  const entered = waiting
    .filter((entry) => entry.act === "finding")
    .map((entry): Danger => {
      const { finding, grade, text } = entry.data as Said;
      return { id: finding ?? entry.id, grade: grade ?? "", text: text ?? "", number: "", due_on: "", isSent: false };
    });
  return [...known, ...entered.filter((one) => !known.some((each) => each.id === one.id))];
}

/** Who of the firm signed or refused: what waits to be sent before what the server knows. */
export function heard(inspection: Inspection, waiting: Subject[]): { name: string; refused: boolean } | undefined {
  const entry = waiting.findLast((one) => one.act === "party_sign" || one.act === "party_refuse");
  if (entry) {
    const { name, witness } = entry.data as Said;
    return entry.act === "party_sign" ? { name: name ?? "", refused: false } : { name: witness ?? "", refused: true };
  }
  return inspection.party ? { name: inspection.party, refused: inspection.party_refused } : undefined;
}

/** Who signed first: this person where the signature still waits to be sent. */
export function signerOf(inspection: Inspection, waiting: Subject[], person: string): string {
  if (waiting.some((entry) => entry.act === "sign")) return person;
  return inspection.entries.findLast((entry) => entry.act === "sign" && !entry.conflict)?.actor ?? "";
}

/** What was begun on this device and is not sent yet, then what the server knows. `number` stands where the server will put one. */
export function inspectionsOf(page: Inspector, queue: Subject[], number: string): Inspection[] {
  const known = new Set(page.inspections.map((one) => one.id));
  const begun = queue.filter((entry) => entry.act === "open" && !entry.refused && !known.has(entry.subject_id));
  return [...begun.map((entry) => inspectionBegun(page, entry, number)), ...page.inspections];
}

function inspectionBegun(page: Inspector, entry: Subject, number: string): Inspection {
  const opening = entry.data as Said;
  const object = page.objects.find((one) => one.id === opening.object);
  const list = page.check_lists.find((one) => one.code === opening.check_list);
  return {
    id: entry.subject_id,
    number,
    object_name: object?.name ?? "",
    object_code: object?.code ?? "",
    check_list_name: list?.name ?? opening.check_list ?? "",
    check_list_version: opening.list_version ?? 0,
    state: "open",
    state_name: "",
    first_inspector: page.person,
    second_inspector: page.colleagues.find((one) => one.id === opening.second)?.name ?? "",
    version: 0,
    party: "",
    party_refused: false,
    list_items: list?.items ?? [],
    entries: [],
    found: [],
  };
}

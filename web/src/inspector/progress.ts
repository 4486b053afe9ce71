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
    list_items: list?.items ?? [],
    entries: [],
    found: [],
  };
}

// The lots of a stock-take as the phone shows them: those of the server, with what waits to be sent laid over them; and how one is found.
import type { Line, Queued } from "./types";

/** A lot on the phone; `waits`: its count has not been sent yet. */
export interface ShownLine extends Pick<
  Line,
  "id" | "version" | "place" | "lot_id" | "lot" | "item" | "unit" | "bay" | "expires_on" | "conflict" | "reason"
> {
  counted: number | null;
  verdict: string | null;
  waits: boolean;
}

/** The lots with the counts that wait, in the order of the list. */
export function shownLines(lines: Line[], waiting: Pick<Queued, "act" | "data">[]): ShownLine[] {
  const shown = lines.map((one): ShownLine => ({ ...one, verdict: one.verdict, waits: false }));
  for (const { act, data } of waiting) {
    const line = shown.find((one) => one.id === data.line);
    if (!line) continue;
    if (act === "count") Object.assign(line, { counted: Number(data.counted), verdict: null, waits: true });
    if (data.text) line.reason = String(data.text);
  }
  return shown;
}

/** Whether words name a lot: its number, item or bay, wherever they stand in it. */
export function isNamed(line: Pick<ShownLine, "lot" | "item" | "bay">, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  return !wanted || [line.lot, line.item, line.bay].some((one) => one.toLowerCase().includes(wanted));
}

/** What a label says: the lot or the bay that is looked for; undefined where it is no label of this list. */
export function meantBy(lines: ShownLine[], store_id: string, said: string): string | undefined {
  const lot = /\/supplies\/lots\/([0-9a-f-]{36})\//.exec(said)?.[1];
  if (lot) return lines.find((one) => one.lot_id === lot)?.lot;
  const [, store, bay] = /\/supplies\/stores\/([0-9a-f-]{36})\/\?bay=(.+)$/.exec(said) ?? [];
  const name = bay && decodeURIComponent(bay);
  if (name) return store === store_id && lines.some((one) => one.bay === name) ? name : undefined;
  return lines.find((one) => one.lot === said.trim())?.lot;
}

/** A quantity as it was typed, with a point or a comma, at most three decimals; undefined where it is none. */
export function quantityOf(typed: string): string | undefined {
  const plain = typed.trim().replace("，", ".").replace(",", ".");
  return /^\d{1,9}(\.\d{1,3})?$/.test(plain) ? plain : undefined;
}

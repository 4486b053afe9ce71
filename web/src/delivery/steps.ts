// How far a delivery has got on this phone: what the server knows, with what waits to be sent laid over it.
import type { Delivery, Line, Queued, Said } from "./types";

const THOUSAND = 1000;

/** The steps behind: the server has them, or they or a later one wait to be sent. */
export function stepsBehind(delivery: Pick<Delivery, "steps">, waiting: Queued[]): string[] {
  const names = delivery.steps.map((one): string => one.act);
  const furthest = Math.max(-1, ...waiting.map((one) => names.indexOf(one.act)));
  return delivery.steps.filter((one, at) => one.done || at <= furthest).map((one) => one.act);
}

/** The step that comes next; undefined where all are behind. */
export function nextStep(delivery: Pick<Delivery, "steps">, waiting: Queued[]): Delivery["steps"][number] | undefined {
  const behind = stepsBehind(delivery, waiting);
  return delivery.steps.find((one) => !behind.includes(one.act));
}

/** How much of a line there is at most for the next step, in thousandths: planned, or picked as far as that is known. */
export function mostOf(line: Pick<Line, "id" | "quantity" | "picked">, waiting: Queued[]): number {
  const picked = waiting.find((one) => one.act === "pick");
  const waits = (picked?.data as Said | undefined)?.counts?.[line.id];
  return waits ?? Math.round((line.picked ?? line.quantity) * THOUSAND);
}

/** A typed quantity in thousandths; undefined where it is none. */
export function thousandths(typed: string): number | undefined {
  const plain = typed.trim().replace("，", ".").replace(",", ".");
  return /^\d{1,9}(\.\d{1,3})?$/.test(plain) ? Math.round(Number(plain) * THOUSAND) : undefined;
}

const DAMM = [
  "0317598642",
  "7092154863",
  "4206871359",
  "1750983426",
  "6123045978",
  "3674209581",
  "5869720134",
  "8945362017",
  "9438617205",
  "2581436790",
];

/** Whether a code can be one: seven digits with the right check digit (Damm 2004, as `supplies/requests/rules/codes.py` writes it). */
export function isLikelyCode(typed: string): boolean {
  const digits = typed.replace(/\D/g, "");
  if (digits.length !== 7) return false;
  return [...digits].reduce((interim, digit) => Number(DAMM[interim]![Number(digit)]), 0) === 0;
}

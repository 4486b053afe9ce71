// A permit as the phone shows it: what the server knows, with what waits to be sent laid over it.
import type { Permit, Queued } from "./store";

export interface Measure {
  code: string;
  text: string;
  done: boolean | null;
  waits: boolean;
}

/** Measures with those that were ticked here and are not sent yet. */
export function shownMeasures(permit: Pick<Permit, "measures">, waiting: Pick<Queued, "act" | "data">[]): Measure[] {
  const shown: Measure[] = permit.measures.map(({ code, text, done }) => ({ code, text, done, waits: false }));
  for (const { act, data } of waiting) {
    if (act !== "tick") continue;
    for (const measure of shown) {
      const done = data.done?.includes(measure.code) ? true : data.without?.includes(measure.code) ? false : undefined;
      if (done !== undefined) Object.assign(measure, { done, waits: true });
    }
  }
  return shown;
}

/** What may still be pressed, when what waits is taken to have happened: after a stop or the end nothing of the work. */
export function shownActs(permit: Pick<Permit, "acts">, waiting: Pick<Queued, "act">[]): string[] {
  let acts = permit.acts;
  for (const { act } of waiting) {
    if (act === "close") acts = acts.filter((one) => one === "photo");
    else if (act === "stop") acts = acts.filter((one) => !["pause", "stop", "round"].includes(one));
    else if (act === "pause") acts = acts.filter((one) => one !== "pause");
  }
  return acts;
}

// The standard's list of situations, searched on the phone by plain words: the list comes with the page.
import type { Situation } from "./types";

const MOST = 6;
const LEAST = 0.3; // of the pieces of what was typed

/** The listed situations in which what was typed stands in part, the likeliest first; at equal worth those of the kind first. Nothing typed: the kind's own. */
export function listed(all: Situation[], typed: string, kind: string): Situation[] {
  const pieces = piecesOf(typed);
  const fits = (one: Situation): number => (one[3] === kind ? 2 : one[3] ? 0 : 1);
  return all
    .map((one) => ({ one, worth: worth(one, pieces) }))
    .filter(({ worth }) => worth >= LEAST)
    .sort((a, b) => b.worth - a.worth || fits(b.one) - fits(a.one))
    .slice(0, MOST)
    .map(({ one }) => one);
}

function worth([, words, trade]: Situation, pieces: string[]): number {
  if (!pieces.length) return 1;
  const text = `${words} ${trade}`.toLowerCase();
  return pieces.filter((piece) => text.includes(piece)).length / pieces.length;
}

/** Words as they are; Chinese, which has no blanks between words, in pairs of signs. */
function piecesOf(typed: string): string[] {
  const runs = typed.toLowerCase().match(/\p{Script=Han}+|[^\s\p{P}\p{Script=Han}]+/gu) ?? [];
  return runs.flatMap((run) =>
    /\p{Script=Han}/u.test(run) && run.length > 2 ? [...run].slice(1).map((sign, at) => run[at]! + sign) : [run],
  );
}

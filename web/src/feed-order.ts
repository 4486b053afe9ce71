/** The order of the feed's rows: most urgent first, except that rows keep their places while somebody is about to press one. */
export interface FeedOrder {
  rows: string[];
  /** Alarms that are told above the list and get their rows when it is let go. */
  waiting: number;
}

/** The rows for these alarms, most urgent first. While the list is held, what is shown stays where it is and nothing is added. */
export function orderOf(urgent: string[], shown: string[], held: boolean): FeedOrder {
  if (!held) return { rows: urgent, waiting: 0 };
  const open = new Set(urgent);
  const rows = shown.filter((id) => open.has(id));
  return { rows, waiting: urgent.length - rows.length };
}

/** The row so many steps below (negative: above) the chosen one, or from the end of the list that the step comes from; null in an empty list. */
export function neighbourOf(rows: string[], chosen: string | null, step: number): string | null {
  const at = chosen === null ? -1 : rows.indexOf(chosen);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  return rows[Math.max(0, Math.min(rows.length - 1, next))] ?? null;
}

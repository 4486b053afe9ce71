/** What lies from one place to another, both included, whichever comes first; nothing where one is not there. */
export function between<T>(all: readonly T[], one: number, other: number): T[] {
  return one < 0 || other < 0 ? [] : all.slice(Math.min(one, other), Math.max(one, other) + 1);
}

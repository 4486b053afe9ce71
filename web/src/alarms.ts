/** The open alarms as this browser knows them: fetched once, then kept by the live stream. */
import type { AlarmsOut } from "../generated/api";
import { getJson } from "./api";
import type { Alarm } from "./types";

export interface Filter {
  state: "unacknowledged" | "acknowledged" | "all";
  level: number | null;
  search: string;
  ids: ReadonlySet<string> | null; // of one place; null: everywhere
}

const PAGE = 500;

export class Alarms extends EventTarget {
  readonly byId = new Map<string, Alarm>();
  filter: Filter = { state: "all", level: null, search: "", ids: null };

  constructor(private readonly url: string) {
    super();
  }

  /** Everything that is open, anew; what was closed meanwhile goes. */
  async load(): Promise<void> {
    const found = new Map<string, Alarm>();
    for (let offset = 0; ; offset += PAGE) {
      const page = await getJson<AlarmsOut>(`${this.url}?state=open&limit=${PAGE}&offset=${offset}`);
      for (const alarm of page.items) found.set(alarm.id, alarm);
      if (offset + PAGE >= page.total || !page.items.length) break;
    }
    for (const id of [...this.byId.keys()]) if (!found.has(id)) this.byId.delete(id);
    for (const [id, alarm] of found) {
      const known = this.byId.get(id); // the live stream may have been quicker than this answer
      if (!known || known.updated_at <= alarm.updated_at) this.byId.set(id, alarm);
    }
    this.changed();
  }

  /** A live change. Returns what was known before, so that the caller can tell a new alarm from a changed one. */
  take(alarm: Alarm): Alarm | undefined {
    const before = this.byId.get(alarm.id);
    if (isOpen(alarm)) this.byId.set(alarm.id, alarm);
    else this.byId.delete(alarm.id);
    this.changed();
    return before;
  }

  setFilter(change: Partial<Filter>): void {
    this.filter = { ...this.filter, ...change };
    this.changed();
  }

  /** Sorted by level, then the oldest first: what has waited longest among equals comes first; what is set aside comes last. */
  shown(): Alarm[] {
    const words = this.filter.search.trim().toLowerCase();
    return [...this.byId.values()].filter((alarm) => this.passes(alarm, words)).sort(byUrgency);
  }

  countOfLevel(level: number): number {
    return [...this.byId.values()].filter((alarm) => alarm.shown_level === level && !isSetAside(alarm)).length;
  }

  /** New alarms of the last seconds that were not held back. */
  countOfNew(sinceMs: number): number {
    return [...this.byId.values()].filter((alarm) => Date.parse(alarm.raised_at) > sinceMs && !isSetAside(alarm)).length;
  }

  countOfState(state: Filter["state"]): number {
    return [...this.byId.values()].filter((alarm) => inState(alarm, state)).length;
  }

  private passes(alarm: Alarm, words: string): boolean {
    if (!inState(alarm, this.filter.state)) return false;
    if (this.filter.ids && !this.filter.ids.has(alarm.id)) return false;
    if (this.filter.level !== null && alarm.shown_level !== this.filter.level) return false;
    return !words || `${alarm.title} ${alarm.place} ${alarm.asset_code ?? ""}`.toLowerCase().includes(words);
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

export function isOpen(alarm: Alarm): boolean {
  return alarm.state !== "normal";
}

export function isUnacknowledged(alarm: Alarm): boolean {
  return alarm.state === "active_unacknowledged" || alarm.state === "returned_unacknowledged";
}

/** Shelved, suppressed by design or out of service: kept, and counted with nothing that waits. */
function isSetAside(alarm: Alarm): boolean {
  return ["shelved", "suppressed", "out_of_service"].includes(alarm.state);
}

function inState(alarm: Alarm, state: Filter["state"]): boolean {
  if (state === "all") return true;
  return state === "unacknowledged" ? isUnacknowledged(alarm) : !isUnacknowledged(alarm) && !isSetAside(alarm);
}

function byUrgency(one: Alarm, other: Alarm): number {
  return (
    Number(isSetAside(one)) - Number(isSetAside(other)) ||
    other.shown_level - one.shown_level ||
    Date.parse(one.raised_at) - Date.parse(other.raised_at) ||
    one.id.localeCompare(other.id)
  );
}

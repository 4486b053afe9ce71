/** The alarm feed: a listbox of rows, most urgent first.
 *
 * While the pointer is over the list, rows that are there keep their places and new ones are announced above it, so that a new red
 * alarm never moves the row that somebody is about to press; leaving the list sorts it.
 *
 * `<ul id="feed-list" role="listbox" data-empty="No open alarms">` with `<button id="feed-news" hidden>`.
 */
import { isUnacknowledged, type Alarms } from "./alarms";
import { elapsed, formatTime, nowMs } from "./clock";
import { neighbourOf, orderOf } from "./feed-order";
import { toldPercent } from "./percent";
import { text } from "./texts";
import { levelName, type Alarm } from "./types";

export class Feed {
  private readonly list = document.querySelector<HTMLUListElement>("#feed-list")!;
  private readonly news = document.querySelector<HTMLButtonElement>("#feed-news")!;
  private readonly rows = new Map<string, HTMLLIElement>();
  private order: string[] = [];
  private held = false;
  selected: string | null = null;

  constructor(
    private readonly alarms: Alarms,
    private readonly select: (id: string) => void,
  ) {
    alarms.addEventListener("change", () => this.show());
    this.list.addEventListener("pointerenter", (event) => (this.held = event.pointerType === "mouse"));
    this.list.addEventListener("pointerleave", () => this.release());
    this.news.addEventListener("click", () => this.release());
    this.list.addEventListener("click", (event) => {
      const row = (event.target as Element).closest<HTMLLIElement>("li[data-id]");
      if (row?.dataset.id) this.select(row.dataset.id);
    });
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    setInterval(() => this.tick(), 1000);
  }

  /** Marks the row of the alarm in the drawer. */
  mark(id: string | null): void {
    this.selected = id;
    for (const [rowId, row] of this.rows) row.setAttribute("aria-selected", String(rowId === id));
    const row = id ? this.rows.get(id) : undefined;
    if (row) {
      this.list.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else {
      this.list.removeAttribute("aria-activedescendant");
    }
  }

  /** The alarm `step` rows below the selected one (negative: above). */
  neighbour(step: number): string | null {
    return neighbourOf(this.order, this.selected, step);
  }

  private show(): void {
    const shown = this.alarms.shown();
    const ids = shown.map((alarm) => alarm.id);
    const { rows, waiting } = orderOf(ids, this.order, this.held);
    this.order = rows;
    this.news.hidden = !waiting;
    this.news.textContent = text("feed_news", { count: waiting });
    const byId = new Map(shown.map((alarm) => [alarm.id, alarm]));
    const elements = rows.map((id) => this.row(byId.get(id)!));
    for (const id of [...this.rows.keys()]) if (!byId.has(id)) this.rows.delete(id);
    if (elements.length) this.place(elements);
    else this.list.replaceChildren(emptyRow(this.list.dataset.empty ?? ""));
  }

  /** Moves only rows that are out of place, so that focus and scrolling stay. */
  private place(rows: HTMLLIElement[]): void {
    rows.forEach((row, position) => {
      if (this.list.children[position] !== row) this.list.insertBefore(row, this.list.children[position] ?? null);
    });
    while (this.list.children.length > rows.length) this.list.lastElementChild!.remove();
  }

  private row(alarm: Alarm): HTMLLIElement {
    const row = this.rows.get(alarm.id) ?? document.createElement("li");
    const version = `${alarm.updated_at} ${alarm.state} ${alarm.shown_level} ${alarm.case_state} ${alarm.title} ${alarm.case_number} ${alarm.flapping_since}`;
    if (row.dataset.version !== version) {
      row.id = `alarm-${alarm.id}`;
      row.dataset.id = alarm.id;
      row.dataset.version = version;
      row.setAttribute("role", "option");
      row.className = `feed-row ${levelName(alarm.shown_level)}${isUnacknowledged(alarm) ? " unacknowledged" : ""}`;
      row.setAttribute("aria-selected", String(alarm.id === this.selected));
      row.replaceChildren(...rowContent(alarm));
      this.rows.set(alarm.id, row);
    }
    return row;
  }

  private release(): void {
    this.held = false;
    this.show();
  }

  private tick(): void {
    const now = nowMs();
    for (const clock of this.list.querySelectorAll<HTMLElement>("[data-since]")) {
      clock.textContent = elapsed(Number(clock.dataset.since), now);
    }
  }

  private onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const id = this.neighbour(step);
      if (id) this.select(id);
    }
  }
}

function rowContent(alarm: Alarm): HTMLElement[] {
  const shape = element("span", `level-shape ${levelName(alarm.shown_level)}`);
  const title = element("strong", "feed-title", alarm.title);
  const level = element("span", "visually-hidden", ` ${text(`level_${levelName(alarm.shown_level)}`)} `);
  const time = element("time", "feed-time", formatTime(Date.parse(alarm.value_at ?? alarm.raised_at), "time"));
  const place = element("span", "feed-place", alarm.place);
  const state = element("span", "feed-state");
  if (isUnacknowledged(alarm)) {
    const since = Date.parse(alarm.waiting_since ?? alarm.raised_at);
    const clock = element("span", "number", elapsed(since));
    clock.dataset.since = String(since);
    state.append(`${text(`state_${alarm.state}`)} `, clock);
  } else {
    state.append(text(`state_${alarm.state}`));
  }
  if (alarm.flapping_since) state.append(" · ", element("span", "", text("flapping")));
  if (alarm.explained_by) state.append(" · ", element("span", "", text("because_of", { thing: alarm.explained_by })));
  if (alarm.case_number) state.append(" · ", caseLink(alarm.case_number));
  if (alarm.case_state) state.append(" ", element("span", "", text(`case_${alarm.case_state}`)));
  const cause = alarm.cause ? element("span", "feed-cause") : null;
  if (alarm.cause)
    cause!.append(
      element("span", "", text("feed_cause", { cause: alarm.cause.label })),
      element("b", "number", toldPercent(alarm.cause.probability)),
    );
  return [shape, title, level, time, place, state, ...(cause ? [cause] : [])];
}

/** The number leads to the case; the row itself opens the alarm. */
function caseLink(number: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.className = "feed-case number";
  link.href = `/cases/${number}/`;
  link.tabIndex = -1; // the listbox is one stop of the keyboard; key C opens the case
  link.title = text("feed_case", { number });
  link.textContent = number;
  link.addEventListener("click", (event) => event.stopPropagation());
  return link;
}

function emptyRow(words: string): HTMLLIElement {
  const row = document.createElement("li");
  row.className = "empty";
  row.textContent = words;
  return row;
}

function element(tag: string, className: string, words = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = words;
  return made;
}

// The page of whoever knocks on doors as it is drawn: walks, one walk with its doors, and at each door one press for what came of it.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { area, ask, field, input, place, said, valueOf } from "../field/dialog";
import { element } from "../field/element";
import {
  actButton,
  backLink,
  clockTime,
  dotted,
  entryList,
  icon,
  its,
  nothingRead,
  refused,
  standing,
  toldLine,
  type Part,
} from "../field/parts";
import { text } from "../texts";
import { groupOf, shownDoors, type Group, type ShownDoor } from "./doors";
import type { Data, Knocker, Queued, Walk } from "./store";
import type { Sync } from "./sync";

const GROUPS: Group[] = ["open_doors", "again_doors", "done_doors"];
const ICONS: Record<string, string> = {
  told: "check",
  nobody: "clock",
  help: "shield-alert",
  declined: "x",
  vacant: "building-2",
};
const BADGES: Record<string, string> = { told: "good", help: "bad", nobody: "warn", declined: "warn" };

export class View {
  private chosen = ""; // the door whose buttons are open

  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const page = this.sync.page;
    const wanted = location.hash.slice(1);
    const walk = page?.walks.find((one) => one.id === wanted);
    const body = page ? (walk ? this.walk(page, walk) : this.list(page)) : nothingRead(this.sync.standing);
    const words = (entry: Queued): string => dotted(this.placeOf(entry), text(entry.act));
    render(html`${standing(this.sync)} ${refused(this.sync, words)} ${keyed(walk?.id, body)}`, this.box);
  }

  private list(page: Knocker): TemplateResult {
    const cards = page.walks.map((one) => this.card(one));
    return html`<h1>${page.person}</h1>
      ${cards.length ? cards : html`<p class="empty">${text("no_walks")}</p>`}`;
  }

  private card(walk: Walk): TemplateResult {
    return html`
      <a class="card crew-card ${walk.over || walk.finished ? "ended" : ""}" href="#${walk.id}">
        <span class="crew-card-words">
          <b>${dotted(walk.town, walk.stretch)}</b><span class="muted">${walk.headline}</span>
        </span>
        <span class="badge ${walk.level}">${this.progress(walk)}</span>
      </a>
    `;
  }

  private walk(page: Knocker, walk: Walk): TemplateResult {
    const doors = this.doors(walk);
    const add = its(
      "add",
      html`<button class="button primary crew-next" type="button" data-act="add" @click=${() => this.add(walk)}>${icon("plus")}${text("add_door")}</button>`,
    );
    return html`
      ${backLink(text("all_walks"))} ${this.head(walk)} ${walk.over ? html`<p class="message warning">${text("over")}</p>` : nothing}
      ${walk.finished ? html`<p class="message info">${text("finished")}</p>` : nothing} ${walk.over ? nothing : add}
      ${GROUPS.map((group) => this.group(page, walk, group, doors))}
      <p class="crew-foot">
        ${actButton("note", "message-square", () => this.note(walk))}
        ${walk.finished || walk.over ? nothing : actButton("finish", "check-check", () => this.finish(walk))}
      </p>
      ${this.entries(walk)}
    `;
  }

  private head(walk: Walk): TemplateResult {
    return html`
      <section class="card crew-head">
        <h1>${dotted(walk.town, walk.stretch)}</h1>
        <p><span class="badge ${walk.level}">${walk.level_name}</span> <b>${this.progress(walk)}</b></p>
        <details open>
          <summary>${text("what_to_say")}</summary>
          <p><b>${walk.headline}</b></p>
          <p class="crew-asked">${walk.caution}</p>
          <p class="crew-asked">${walk.measures}</p>
        </details>
        ${
          walk.telephone
            ? html`<p><a class="button" href="tel:${walk.telephone}">${icon("phone")}${text("call_body", { body: walk.body })}</a></p>`
            : nothing
        }
      </section>
    `;
  }

  private group(page: Knocker, walk: Walk, group: Group, doors: ShownDoor[]): Part {
    const own = doors.filter((one) => groupOf(one) === group);
    if (!own.length) return nothing;
    return html`
      <section class="card" data-group=${group}>
        <h2>${text(group)} <span class="number muted">${own.length}</span></h2>
        <ul class="crew-list knock-doors">
          ${own.map((one) => its(one.id || one.place, this.door(page, walk, one)))}
        </ul>
      </section>
    `;
  }

  private door(page: Knocker, walk: Walk, door: ShownDoor): TemplateResult {
    const key = door.id || door.place;
    const open = this.chosen === key;
    const choose = (): void => {
      this.chosen = open ? "" : key;
      this.draw();
    };
    const result = door.result
      ? html`<span class="badge ${BADGES[door.result] ?? ""}">${dotted(text(door.result), door.people > 1 ? String(door.people) : "")}</span>`
      : nothing;
    return html`
      <li class=${door.differs ? "conflict" : ""} data-place=${door.place}>
        <button class="knock-door" type="button" aria-expanded=${open} @click=${choose}>
          <span>${door.place}</span>${result}${door.waits ? html`<span class="badge">${text("not_sent")}</span>` : nothing}
        </button>
        ${door.words ? html`<span class="muted small">${door.words}</span>` : nothing}
        ${door.help ? html`<span class="small">${text("help_told")}</span>` : nothing}
        ${door.differs ? html`<span class="crew-conflict">${icon("triangle-alert")} ${text("differs")}</span>` : nothing}
        ${open ? this.results(page, walk, door) : nothing}
      </li>
    `;
  }

  private results(page: Knocker, walk: Walk, door: ShownDoor): TemplateResult {
    const named = door.id ? { door: door.id, seen: door.version } : { place: door.place };
    return html`<div class="knock-results">${page.results.map(({ code, name }) =>
      its(
        code,
        html`<button class="button" type="button" data-act=${code} @click=${() => this.press(walk, code, named)}>${icon(ICONS[code] ?? "check")}${name}</button>`,
      ),
    )}</div>`;
  }

  /** One press keeps the result; how many were told, and who needs what, is asked first. */
  private press(walk: Walk, act: string, named: Data): void {
    const keep = (more: Data): Promise<void> => {
      this.chosen = "";
      return this.sync.enter(walk, act, { ...named, ...more }, act === "help" ? place() : undefined);
    };
    if (act === "told") {
      const people = input("people", text("how_many"), {
        type: "number",
        inputmode: "numeric",
        min: "1",
        max: "9999",
        value: "1",
        required: true,
      });
      ask(text(act), [people], () => keep({ people: Number(valueOf(people)) }));
    } else if (act === "help") {
      const words = area("text", text("who_needs_help"), true);
      ask(text(act), [words], () => keep({ people: 1, ...said(words) }));
    } else {
      void keep({});
    }
  }

  private add(walk: Walk): void {
    const which = field(
      text("which_door"),
      element("input", { name: "place", required: true, maxlength: "120", autocomplete: "off" }),
    );
    const results = this.sync.page!.results;
    const act = element(
      "select",
      { name: "act", required: true },
      ...results.map(({ code, name }) => element("option", { value: code }, name)),
    );
    ask(text("add_door"), [which, field(text("what_came"), act)], () => {
      const typed = valueOf(which).trim();
      if (typed) this.press(walk, act.value, { place: typed });
      return Promise.resolve();
    });
  }

  private note(walk: Walk): void {
    const words = area("text", text("remark"), true);
    ask(text("note"), [words], () => this.sync.enter(walk, "note", said(words)));
  }

  private finish(walk: Walk): void {
    if (window.confirm(text("finish_sure"))) void this.sync.enter(walk, "finish", {});
  }

  private entries(walk: Walk): Part {
    const known = [...walk.entries].reverse().map((one) => {
      const told = { at: one.at, conflict: one.conflict, data: {} };
      return toldLine(told, clockTime(one.at), dotted(one.place, one.act_name, one.text), "");
    });
    return known.length ? entryList(known) : nothing;
  }

  private doors(walk: Walk): ShownDoor[] {
    const codes = this.sync.page!.results.map((one) => one.code);
    return shownDoors(walk.doors, this.mine(walk), codes);
  }

  private mine(walk: Walk): Queued[] {
    return this.sync.queue.filter((one) => one.walk_id === walk.id && !one.refused);
  }

  private progress(walk: Walk): string {
    const doors = this.doors(walk);
    if (!doors.length) return "";
    const knocked = doors.filter((one) => one.result).length;
    const people = doors.filter((one) => ["told", "help"].includes(one.result)).reduce((sum, one) => sum + one.people, 0);
    return dotted(text("knocked", { knocked, count: doors.length }), people ? text("people_told", { count: people }) : "");
  }

  private placeOf(entry: Queued): string {
    const walk = this.sync.page?.walks.find((one) => one.id === entry.walk_id);
    return entry.data.place ?? walk?.doors.find((one) => one.id === entry.data.door)?.place ?? "";
  }
}

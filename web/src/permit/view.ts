// The page of those on site as it is drawn: their permits, and one permit with its measures, gas tests and the acts that are theirs.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { area, ask, input, said, valueOf } from "../field/dialog";
import {
  actButton,
  backLink,
  clockTime,
  dayOf,
  dotted,
  entries,
  icon,
  its,
  nothingRead,
  refused,
  standing,
  type Part,
} from "../field/parts";
import type { Expected } from "../field/codes";
import { text } from "../texts";
import { shownActs, shownMeasures, type Measure } from "./standing";
import type { Data, OnSite, Permit, Queued } from "./store";
import type { Sync } from "./sync";

const BADGES: Record<string, string> = { running: "good", paused: "warn", stopped: "red", expired: "red" };

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const page = this.sync.page;
    const permit = page?.permits.find((one) => one.id === location.hash.slice(1));
    const body = page ? (permit ? this.permit(permit) : this.list(page)) : nothingRead(this.sync.standing);
    const words = (entry: Queued): string => dotted(this.numberOf(entry), text(entry.act));
    render(html`${standing(this.sync)} ${refused(this.sync, words)} ${keyed(permit?.id, body)}`, this.box);
  }

  private list(page: OnSite): TemplateResult {
    const cards = page.permits.map((one) => this.card(one));
    return html`<h1>${page.person}</h1>
      ${cards.length ? cards : html`<p class="empty">${text("no_permits")}</p>`}`;
  }

  private card(permit: Permit): TemplateResult {
    return html`
      <a class="card crew-card ${permit.over ? "ended" : ""}" href="#${permit.id}">
        <span class="crew-card-words">
          <b>${dotted(permit.kind_name, permit.place)}</b>
          <span class="muted">${dotted(permit.work, this.hours(permit))}</span>
        </span>
        <span class="badge ${BADGES[permit.state] ?? ""}">${permit.state_name}</span>
      </a>
    `;
  }

  private permit(permit: Permit): TemplateResult {
    const waiting = this.mine(permit);
    const acts = shownActs(permit, waiting);
    const may = (act: string): boolean => acts.includes(act);
    return html`
      ${backLink(text("all_permits"))} ${this.head(permit)}
      ${permit.stopped_by_alarm ? html`<p class="message error" role="alert">${icon("triangle-alert")} ${text("by_alarm")}</p>` : nothing}
      ${may("stop") ? this.danger(permit) : nothing} ${this.lacks(permit)} ${this.measures(permit, waiting, may("tick"))}
      ${this.tests(permit, may("test"))}
      <p class="crew-foot">
        ${may("round") ? actButton("round", "check", () => this.round(permit)) : nothing}
        ${may("photo") ? actButton("photo", "camera", () => this.photo(permit)) : nothing}
        ${may("pause") ? actButton("pause", "clock", () => void this.sync.enter(permit, "pause", {})) : nothing}
        ${may("close") ? actButton("close", "check-check", () => this.close(permit)) : nothing}
        ${permit.over ? nothing : this.sync.proof.button(permit.id, this.placeOf(permit), this.sync.page?.units ?? [])}
      </p>
      ${permit.over ? nothing : this.sync.proof.told(permit.id, this.placeOf(permit).name, permit.place_demanded.length > 0)}
      ${entries(waiting, permit.entries, (act) => text(act))} ${this.proofs(permit)}
    `;
  }

  private head(permit: Permit): TemplateResult {
    return html`
      <section class="card crew-head">
        <h1>${dotted(permit.kind_name, permit.grade_name)}</h1>
        <p><span class="badge ${BADGES[permit.state] ?? ""}">${permit.state_name}</span> <b>${permit.place}</b></p>
        <p>${permit.work}</p>
        <p class="muted">${dotted(permit.number, this.hours(permit), permit.roles.join(", "))}</p>
        ${permit.hazards ? html`<details><summary>${text("hazards")}</summary><p class="crew-asked">${permit.hazards}</p></details>` : nothing}
        ${permit.over ? nothing : html`<p><a href="/permits/${permit.id}/">${text("sign_and_start")}</a></p>`}
      </section>
    `;
  }

  private danger(permit: Permit): TemplateResult {
    const words = html`${icon("shield-alert")}${text("stop")}`;
    const press = (): void => this.stop(permit);
    return its("stop", html`<button class="button danger" type="button" data-act="stop" @click=${press}>${words}</button>`);
  }

  private lacks(permit: Permit): Part {
    if (!permit.lacks.length) return nothing;
    return html`
      <section class="card">
        <h2>${text("lacking")}</h2>
        <ul class="crew-list">
          ${permit.lacks.map((one) => html`<li>${one.lack_name} <span class="badge">${one.role_name}</span></li>`)}
        </ul>
      </section>
    `;
  }

  private measures(permit: Permit, waiting: Queued[], may: boolean): TemplateResult {
    const shown = shownMeasures(permit, waiting);
    const open = shown.filter((one) => one.done === null);
    return html`
      <section class="card" data-part="measures">
        <h2>${text("measures")}</h2>
        <ul class="field-items">${shown.map((one) => its(one.code, this.measure(permit, one, may)))}</ul>
        ${may && open.length ? html`<p class="muted small">${open.length} / ${shown.length}</p>` : nothing}
      </section>
    `;
  }

  private measure(permit: Permit, measure: Measure, may: boolean): TemplateResult {
    const tick = (how: "done" | "without"): void => void this.sync.enter(permit, "tick", { [how]: [measure.code] });
    const badge =
      measure.done === null
        ? nothing
        : html`<span class="badge ${measure.done ? "good" : ""}">${text(measure.done ? "is_done" : "not_needed")}</span>`;
    const buttons = html`
      <div class="field-two">
        <button class="button" type="button" data-tick=${measure.code} @click=${() => tick("done")}>${icon("check")}${text("is_done")}</button>
        <button class="button quiet" type="button" @click=${() => tick("without")}>${text("not_needed")}</button>
      </div>
    `;
    const waits = measure.waits ? html`<span class="badge">${text("not_sent")}</span>` : nothing;
    return html`<li><span>${measure.text} ${badge} ${waits}</span>${may && measure.done === null ? buttons : nothing}</li>`;
  }

  private tests(permit: Permit, may: boolean): Part {
    if (!permit.tests.length && !may) return nothing;
    const lines = permit.tests.map(
      (one) => html`
        <li>
          <span class="badge ${one.good ? "good" : "red"}">${text(one.good ? "holds" : "fails")}</span>
          ${dotted(clockTime(one.at), one.by, one.place)}
          ${one.faults.map((fault) => html`<br /><span class="muted small">${fault}</span>`)}
        </li>
      `,
    );
    return html`
      <section class="card">
        <h2>${text("tests")}</h2>
        ${lines.length ? html`<ul class="crew-list">${lines}</ul>` : nothing}
        ${may ? html`<p>${actButton("test", "gauge", () => this.test(permit))}</p>` : nothing}
      </section>
    `;
  }

  private test(permit: Permit): void {
    const figure = (name: string, label: string): HTMLElement =>
      input(name, label, { type: "number", inputmode: "decimal", step: "any", min: "0", required: true });
    const flammable = permit.asks_flammable ? figure("flammable_percent", text("flammable")) : undefined;
    const oxygen = permit.asks_oxygen ? figure("oxygen_percent", text("oxygen")) : undefined;
    const toxics = permit.asks_toxics.map(({ code, name, limit }) => ({
      code,
      made: figure(code, text("toxic", { name, limit })),
    }));
    const where = input("place", text("test_place"), { maxlength: "200" });
    const fields = [flammable, oxygen, ...toxics.map((one) => one.made), where].filter((one) => one !== undefined);
    ask(text("test"), fields, () => {
      const data: Data = { place: valueOf(where).trim() };
      if (flammable) data.flammable_percent = Number(valueOf(flammable));
      if (oxygen) data.oxygen_percent = Number(valueOf(oxygen));
      if (toxics.length) data.toxics = Object.fromEntries(toxics.map(({ code, made }) => [code, Number(valueOf(made))]));
      return this.sync.enter(permit, "test", data);
    });
  }

  private round(permit: Permit): void {
    const words = area("text", text("round_hint"), false);
    ask(text("round"), [words], () => this.sync.enter(permit, "round", said(words)));
  }

  private stop(permit: Permit): void {
    const words = area("text", text("why_stop"), true);
    ask(text("stop"), [words], () => this.sync.enter(permit, "stop", said(words)));
  }

  private close(permit: Permit): void {
    if (window.confirm(text("close_sure"))) void this.sync.enter(permit, "close", {});
  }

  private photo(permit: Permit): void {
    const picture = input("picture", text("photo"), { type: "file", accept: "image/*", capture: "environment", required: true });
    const words = area("text", text("remark"), false);
    ask(text("photo"), [picture, words], () => {
      const file = picture.querySelector("input")!.files?.[0];
      return file ? this.sync.enter(permit, "photo", said(words), file) : Promise.resolve();
    });
  }

  private placeOf(permit: Permit): Expected & { name: string } {
    return { unit_id: permit.unit_id ?? null, name: permit.unit || permit.firm };
  }

  private proofs(permit: Permit): Part {
    const told = permit.entries.filter((one) => one.at_place !== null);
    if (!told.length) return nothing;
    const line = (one: (typeof told)[number]): TemplateResult =>
      html`<li>${dotted(clockTime(one.at), one.act_name, text(one.at_place ? "at_place" : "elsewhere"))}</li>`;
    return html`<section class="card"><ul class="crew-list">${told.map(line)}</ul></section>`;
  }

  private mine(permit: Permit): Queued[] {
    return this.sync.queue.filter((one) => one.work_permit_id === permit.id && !one.refused);
  }

  private hours(permit: Permit): string {
    const begin = `${dayOf(permit.begins_at).slice(5)} ${clockTime(permit.begins_at)}`;
    return text("from_to", { begin, end: clockTime(permit.ends_at) });
  }

  private numberOf(entry: Queued): string {
    return this.sync.page?.permits.find((one) => one.id === entry.work_permit_id)?.number ?? "";
  }
}

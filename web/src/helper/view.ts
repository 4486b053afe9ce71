// The volunteer's page as it is drawn: calls, one call with its next step as the biggest button, until they are home.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import type { DeclineReason } from "../../generated/api";
import { area, ask, place, said, select, valueOf } from "../field/dialog";
import {
  actButton,
  backLink,
  clockTime,
  dotted,
  entryList,
  icon,
  nextButton,
  nothingRead,
  refused,
  standing,
  toldLine,
  waitingLine,
  type Part,
} from "../field/parts";
import { text } from "../texts";
import type { Call, Helper, Queued } from "./store";
import type { Sync } from "./sync";

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const page = this.sync.page;
    const chosen = location.hash.slice(1);
    const call = page?.calls.find((one) => one.id === chosen);
    const body = call ? this.call(call) : page ? this.list(page) : nothingRead(this.sync.standing);
    render(html`${standing(this.sync)} ${refused(this.sync, (entry) => text(entry.act))} ${keyed(call?.id, body)}`, this.box);
  }

  private list(page: Helper): TemplateResult {
    const none = text(page.standing === "paused" ? "paused" : "no_calls");
    const cards = page.calls.map((one) => this.card(one));
    return html`
      <h1>${page.person}</h1>
      ${cards.length ? cards : html`<p class="empty">${none}</p>`}
      <a class="button" href="/volunteers/me/">${icon("user")}${text("own_entry")}</a>
    `;
  }

  private card(call: Call): TemplateResult {
    return html`
      <a class="card crew-card ${call.running ? "" : "ended"}" href="#${call.id}">
        <span class="crew-card-words">
          <b>${call.what}</b><span class="muted">${call.place}</span><span class="mono small">${call.number}</span>
        </span>
        <span class="badge">${this.stateWords(call)}</span>
      </a>
    `;
  }

  private call(call: Call): TemplateResult {
    return html`
      ${backLink(text("all_calls"))} ${this.head(call)} ${call.running && call.over ? html`<p class="message warning">${text("over")}</p>` : nothing}
      ${call.running ? this.steps(call) : this.ended(call)} ${this.entries(call)}
    `;
  }

  private head(call: Call): TemplateResult {
    const route = `${call.lat},${call.lon}`;
    const when = call.begins_at ? text("begins", { time: clockTime(call.begins_at) }) : text("at_once");
    return html`
      <section class="card crew-head">
        <h1>${call.what}</h1>
        <p>${dotted(call.place, text("from_you", { km: call.way_km }), when)}</p>
        <p><span class="badge" data-state=${call.state}>${this.stateWords(call)}</span></p>
        ${call.text ? html`<p class="crew-asked">${call.text}</p>` : nothing}
        <p class="form-actions">
          <a class="button" href="geo:${route}?q=${route}">${icon("map-pin")}${text("on_map")}</a>
          ${
            call.telephone
              ? html`<a class="button" href="tel:${call.telephone}">${icon("phone")}${text("call_body", { body: call.body })}</a>`
              : nothing
          }
        </p>
        <p class="mono small muted">${call.number}</p>
      </section>
    `;
  }

  private steps(call: Call): TemplateResult {
    const behind = this.behind(call);
    const steps = call.steps.filter((one) => !behind.includes(one.act));
    const asked = !behind.includes("accept");
    const wanted = call.over ? steps.filter((one) => one.act === "home") : steps;
    const [next, ...later] = wanted;
    const mayDecline = !behind.includes("set_out") && !call.over;
    const out = behind.includes("set_out") || behind.includes("arrive");
    return html`
      <ol class="crew-trail">
        ${call.steps.map((one) => html`<li class=${behind.includes(one.act) ? "done" : one === next ? "next" : ""}>${one.name}</li>`)}
      </ol>
      ${asked ? html`<p class="message warning">${text("answer_by", { time: clockTime(call.answer_by) })}</p>` : nothing}
      ${next ? nextButton(next.act, next.name, () => this.press(call, next.act)) : nothing} ${this.due(call, out)}
      ${mayDecline ? actButton("decline", "x", () => this.decline(call)) : nothing}
      ${
        !asked && later.length
          ? html`<details class="crew-later">
              <summary>${text("later")}</summary>
              ${later.map((one) => html`<button class="button" type="button" data-act=${one.act} @click=${() => this.press(call, one.act)}>${one.name}</button>`)}
            </details>`
          : nothing
      }
      ${asked ? nothing : actButton("note", "message-square", () => this.note(call))}
    `;
  }

  private due(call: Call, out: boolean): Part {
    if (!call.due_at) return nothing;
    const late = Date.parse(call.due_at) < this.sync.nowMs;
    return html`
      <section class="card crew-check ${late ? "field-late" : ""}">
        <span>${text(late ? "due_late" : "due", { time: clockTime(call.due_at) })}</span>
        ${out ? actButton("check_in", "check", () => this.press(call, "check_in")) : nothing}
      </section>
    `;
  }

  private ended(call: Call): TemplateResult {
    const hours = Math.round(call.served_min / 6) / 10;
    return html`<p class="message info">
      <span>${call.state_name}${hours ? html`<br />${text("served", { hours })}` : nothing}</span>
    </p>`;
  }

  private entries(call: Call): Part {
    const waiting = this.mine(call).map((one) => waitingLine(dotted(text(one.act), one.data.text)));
    const known = [...call.entries].reverse().map((one) => {
      const told = { at: one.at, conflict: one.conflict, data: {} };
      return toldLine(told, clockTime(one.at), dotted(one.act_name, one.text), "");
    });
    return waiting.length || known.length ? entryList([...waiting.reverse(), ...known]) : nothing;
  }

  private press(call: Call, act: string): void {
    void place().then((where) => this.sync.enter(call.id, act, where));
  }

  private decline(call: Call): void {
    const reasons = this.sync.page!.reasons.map((one): [string, string] => [one.code, one.name]);
    const reason = select("reason", text("why_not"), reasons);
    const words = area("text", text("remark"), false);
    ask(text("decline"), [reason, words], () =>
      this.sync.enter(call.id, "decline", { reason: valueOf(reason) as DeclineReason, ...said(words) }),
    );
  }

  private note(call: Call): void {
    const words = area("text", text("remark"), true);
    ask(text("note"), [words], () => this.sync.enter(call.id, "note", said(words)));
  }

  private mine(call: Call): Queued[] {
    return this.sync.queue.filter((one) => one.call_id === call.id && !one.refused);
  }

  /** The steps behind them: the server has them, or they or a later one wait to be sent. */
  private behind(call: Call): string[] {
    const names = call.steps.map((one) => one.act);
    const furthest = Math.max(-1, ...this.mine(call).map((one) => names.indexOf(one.act)));
    return call.steps.filter((one, at) => one.done || at <= furthest).map((one) => one.act);
  }

  private stateWords(call: Call): string {
    const ahead = this.mine(call).filter((one) => call.steps.some((step) => step.act === one.act));
    return ahead.length ? text(ahead.at(-1)!.act) : call.state_name;
  }
}

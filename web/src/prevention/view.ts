// The page of those who check as it is drawn: their checks, due first, and one check with what to look at and what was found before.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import { area, ask, input, said, select, valueOf } from "../field/dialog";
import {
  actButton,
  backLink,
  clockTime,
  dayOf,
  dotted,
  entryList,
  nextButton,
  nothingRead,
  refused,
  standing,
  toldLine,
  waitingLine,
} from "../field/parts";
import type { Expected } from "../field/codes";
import { text } from "../texts";
import type { Check, Data, Queued, Sync } from "./sync";

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const page = this.sync.page;
    const check = page?.checks.find((one) => one.id === location.hash.slice(1));
    const body = page ? (check ? this.check(check) : this.list(page.person, page.checks)) : nothingRead(this.sync.standing);
    const words = (entry: Queued): string => dotted(this.nameOf(entry), text(entry.act));
    render(html`${standing(this.sync)} ${refused(this.sync, words)} ${keyed(check?.id, body)}`, this.box);
  }

  private list(person: string, checks: Check[]): TemplateResult {
    const cards = checks.map((one) => this.card(one));
    return html`<h1>${person}</h1>
      ${cards.length ? cards : html`<p class="empty">${text("no_checks")}</p>`}`;
  }

  private card(check: Check): TemplateResult {
    return html`
      <a class="card crew-card ${this.isDone(check) ? "ended" : ""}" href="#${check.id}">
        <span class="crew-card-words">
          <b>${check.text}</b>
          <span class="muted">${dotted(check.unit, check.period_name)}</span>
        </span>
        ${this.badge(check)}
      </a>
    `;
  }

  private badge(check: Check): TemplateResult {
    if (this.isDone(check)) return html`<span class="badge good">${text("done_today")}</span>`;
    if (check.overdue) return html`<span class="badge red">${text("overdue")}</span>`;
    return html`<span class="badge">${text("due", { day: check.due_on })}</span>`;
  }

  private check(check: Check): TemplateResult {
    const { proof } = this.sync;
    const open = !this.isDone(check);
    const mayEnter = open && (!check.place_demanded || proof.has(check.id));
    return html`
      ${backLink(text("all_checks"))}
      <section class="card crew-head">
        <h1>${check.text}</h1>
        <p>${this.badge(check)} <b>${check.place}</b></p>
        <dl class="facts">
          <dt>${text("measure")}</dt>
          <dd>${check.measure}</dd>
          <dt>${text("event")}</dt>
          <dd>${check.event}</dd>
        </dl>
        <p class="muted">${dotted(check.unit, check.firm, check.period_name)}</p>
      </section>
      ${open ? proof.told(check.id, check.place, check.place_demanded) : nothing}
      ${mayEnter ? nextButton("in_order", text("in_order"), () => this.inOrder(check)) : nothing}
      <p class="crew-foot">
        ${mayEnter ? actButton("not_in_order", "triangle-alert", () => this.notInOrder(check)) : nothing}
        ${open ? proof.button(check.id, this.placeOf(check), this.sync.page?.units ?? []) : nothing}
      </p>
      ${this.before(check)}
    `;
  }

  private inOrder(check: Check): void {
    const words = area("text", text("remark"), false);
    const picture = this.picture();
    ask(text("in_order"), [words, picture], () => this.sync.enter(check, "in_order", said(words), fileOf(picture)));
  }

  private notInOrder(check: Check): void {
    const words = area("text", text("what_is_wrong"), true);
    const grades: [string, string][] = [
      ["ordinary", text("ordinary")],
      ["major", text("major")],
    ];
    const grade = select("grade", text("grade"), grades);
    const picture = this.picture();
    ask(text("not_in_order"), [words, grade, picture], () => {
      const data = { ...said(words), grade: valueOf(grade) } as Data;
      return this.sync.enter(check, "not_in_order", data, fileOf(picture));
    });
  }

  private picture(): HTMLElement {
    return input("picture", text("photo"), { type: "file", accept: "image/*", capture: "environment" });
  }

  private before(check: Check): TemplateResult | typeof nothing {
    const waiting = this.mine(check).map((one) => waitingLine(dotted(text(one.act), one.data.text)));
    const known = check.results.map((one) => {
      const found = dotted(text(one.normal ? "in_order" : "not_in_order"), one.finding_number, one.text);
      const proof = one.at_place ? html`<span class="badge good">${text("at_place")}</span>` : nothing;
      const when = `${dayOf(one.at).slice(5)} ${clockTime(one.at)}`;
      return toldLine({ at: one.at, conflict: "", data: {} }, when, found, one.by, proof);
    });
    return waiting.length || known.length ? entryList([...waiting.reverse(), ...known]) : nothing;
  }

  private placeOf(check: Check): Expected & { name: string } {
    return { unit_id: check.unit_id ?? null, name: check.place };
  }

  /** Checked today, as far as the server knows or a result waits here. */
  private isDone(check: Check): boolean {
    return check.done_today || this.mine(check).length > 0;
  }

  private mine(check: Check): Queued[] {
    return this.sync.queue.filter((one) => one.check_task_id === check.id && !one.refused);
  }

  private nameOf(entry: Queued): string {
    return this.sync.page?.checks.find((one) => one.id === entry.check_task_id)?.text ?? "";
  }
}

function fileOf(picture: HTMLElement): File | undefined {
  return picture.querySelector("input")!.files?.[0];
}

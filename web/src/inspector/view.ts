// The inspector's page as it is drawn: inspections and re-checks; one inspection item by item, with what was found.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import {
  actButton,
  backLink,
  dotted,
  entries,
  icon,
  nextButton,
  nothingRead,
  refused,
  standing,
  type Part,
} from "../field/parts";
import { newId } from "../field/store";
import type { Sync } from "../field/sync";
import { askPhoto, askWords, type Enter } from "../firm/forms";
import { isEntered, waitingFor } from "../firm/progress";
import type { Subject } from "../firm/types";
import { text } from "../texts";
import { askDefect, askFail, askFinding, askOpen } from "./forms";
import { answerOf, inspectionsOf, signerOf, stateOf } from "./progress";
import type { Inspection, Inspector, Item, Recheck, Said } from "./types";

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync<Inspector, Subject>,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const chosen = location.hash.slice(1);
    const page = this.sync.page;
    const body = page ? this.body(page, chosen) : nothingRead(this.sync.standing);
    render(html`${standing(this.sync)} ${refused(this.sync, (entry) => text(entry.act))} ${keyed(chosen, body)}`, this.box);
  }

  private body(page: Inspector, id: string): TemplateResult {
    const inspections = inspectionsOf(page, this.sync.queue, text("number_later"));
    const inspection = inspections.find((one) => one.id === id);
    if (inspection) return this.inspection(page, inspection);
    const recheck = page.rechecks.find((one) => one.id === id);
    return recheck ? this.recheck(page, recheck) : this.list(page, inspections);
  }

  private list(page: Inspector, inspections: Inspection[]): TemplateResult {
    const open = html`<div class="crew-record">${actButton("open", "plus", () => askOpen(page, (opening) => this.open(opening)))}</div>`;
    return html`
      <h1>${page.person}</h1>
      <h2>${text("inspections")}</h2>
      ${inspections.length ? inspections.map((one) => this.card(one)) : html`<p class="empty">${text("no_inspections")}</p>`}
      ${page.objects.length ? open : nothing}
      ${page.rechecks.length ? html`<h2>${text("rechecks")}</h2>${page.rechecks.map(recheckCard)}` : nothing}
    `;
  }

  private card(one: Inspection): TemplateResult {
    const isSent = stateOf(one, this.mine(one.id)) === one.state && one.state_name;
    return html`
      <a class="card crew-card ${one.state === "confirmed" ? "ended" : ""}" href="#${one.id}">
        <span class="crew-card-words">
          <b>${one.object_name}</b><span class="muted">${one.check_list_name}</span><span class="mono small">${one.number}</span>
        </span>
        <span class="badge">${isSent ? one.state_name : text("not_sent")}</span>
      </a>
    `;
  }

  /** A new inspection gets its id here, its number from the server. */
  private async open(opening: Said): Promise<void> {
    const id = newId();
    await this.sync.keep({ subject: "inspection", subject_id: id }, 0, "open", opening);
    location.hash = id;
  }

  private inspection(page: Inspector, one: Inspection): TemplateResult {
    const mine = this.mine(one.id);
    const enter = this.entering("inspection", one.id, one.version);
    const state = stateOf(one, mine);
    const wordsOf = (code: string): string => one.list_items.find((item) => item.code === code)?.text ?? "";
    return html`
      ${backLink(text("all"))}
      <section class="card crew-head">
        <b>${one.object_name}</b>
        <p class="mono small">${one.number} · ${one.object_code}</p>
        <p class="muted">${one.check_list_name} (${one.check_list_version})</p>
        <p>${one.first_inspector}, ${one.second_inspector || text("no_second")}</p>
      </section>
      ${state === "planned" ? nextButton("begin", text("begin"), () => void enter("begin", {})) : nothing}
      ${state === "open" || one.list_items.some((item) => item.answer) ? items(page, one, mine, state === "open", enter) : nothing}
      ${dangers(one, mine)} ${state === "open" ? work(page, enter) : nothing} ${state === "signed" ? second(page, one, mine, enter) : nothing}
      ${entries(mine, one.entries, text, wordsOf)}
    `;
  }

  private recheck(page: Inspector, one: Recheck): TemplateResult {
    const mine = this.mine(one.id);
    const enter = this.entering("finding", one.id, one.version);
    const decide = html`
      <div class="field-two">${actButton("fail", "x", () => askFail(page, one, enter))} ${primary("pass", enter)}</div>
    `;
    return html`
      ${backLink(text("all"))}
      <section class="card crew-head">
        <b>${one.text}</b>
        <p class="muted">${one.object_name} · ${one.grade_name}</p>
        <p class="mono small">${one.number}</p>
      </section>
      ${isEntered("pass", mine) || isEntered("fail", mine) ? nothing : decide}
      <div class="crew-record">${photoAndNote(enter)}</div>
      ${entries(mine, one.entries, text)}
    `;
  }

  private entering(subject: "inspection" | "finding", id: string, version: number): Enter {
    return (act, data, picture) => this.sync.keep({ subject, subject_id: id }, version, act, data, picture);
  }

  private mine(id: string): Subject[] {
    return waitingFor(id, this.sync.queue);
  }
}

function recheckCard(one: Recheck): TemplateResult {
  return html`
    <a class="card crew-card" href="#${one.id}">
      ${gradeShape(one.grade)}
      <span class="crew-card-words">
        <b>${one.text}</b><span class="muted">${one.object_name}</span><span class="mono small">${one.number}</span>
      </span>
      <span class="badge warn">${one.state_name}</span>
    </a>
  `;
}

/** The check list: each item with the buttons of its answers. */
function items(page: Inspector, one: Inspection, mine: Subject[], open: boolean, enter: Enter): TemplateResult {
  const answered = one.list_items.filter((item) => answerOf(item, mine)).length;
  return html`
    <section class="card">
      <h2>${text("items")} ${answered}/${one.list_items.length}</h2>
      <ol class="field-items">
        ${one.list_items.map((item) => listItem(page, item, answerOf(item, mine), open, enter))}
      </ol>
    </section>
  `;
}

function listItem(page: Inspector, item: Item, now: string, open: boolean, enter: Enter): TemplateResult {
  const choose = (answer: string): void =>
    answer === "bad" ? askDefect(page, item, enter) : void enter("answer", { item: item.code, answer });
  const button = ([code, name]: [string, string]): TemplateResult => html`
    <button
      class="button ${code}"
      type="button"
      ?disabled=${!open}
      aria-pressed=${now === code}
      data-answer="${item.code}-${code}"
      @click=${() => choose(code)}
    >
      ${name}
    </button>
  `;
  const about = dotted(item.evidence, item.article);
  return html`
    <li>
      <span>${item.text}</span>
      ${about ? html`<span class="muted small">${about}</span>` : nothing}
      ${item.answer_text ? html`<span class="small">${item.answer_text}</span>` : nothing}
      <div class="field-answers">${Object.entries(page.answers).map(button)}</div>
    </li>
  `;
}

/** The hidden dangers of an inspection, those last that are not sent yet. */
function dangers(one: Inspection, mine: Subject[]): Part {
  const waiting = mine.filter((entry) => entry.act === "finding");
  if (!one.found.length && !waiting.length) return nothing;
  const words = (each: Inspection["found"][number]): string =>
    dotted(each.text, each.grade_name, text("rectify_by", { day: each.due_on }));
  return html`
    <section class="card">
      <h2>${text("dangers")}</h2>
      <ul class="crew-list crew-entries">
        ${one.found.map((each) => html`<li>${gradeShape(each.grade)}<span>${words(each)}</span></li>`)}
        ${waiting.map((entry) => html`<li class="waiting">${icon("clock")}<span>${(entry.data as Said).text ?? ""}</span></li>`)}
      </ul>
    </section>
  `;
}

/** What is done while an inspection is open, up to the first signature. */
function work(page: Inspector, enter: Enter): TemplateResult {
  return html`
    <div class="crew-record">${actButton("finding", "triangle-alert", () => askFinding(page, enter))} ${photoAndNote(enter)}</div>
    ${nextButton("sign", text("sign"), () => askWords("sign", text("sign"), false, enter))}
  `;
}

/** After the first signature: the second inspector confirms or gives back; who signed waits. */
function second(page: Inspector, one: Inspection, mine: Subject[], enter: Enter): TemplateResult {
  if (signerOf(one, mine, page.person) === page.person) {
    return html`<p class="message info">${text("waits_second", { name: one.second_inspector })}</p>`;
  }
  const reopen = actButton("reopen", "rotate-ccw", () => askWords("reopen", text("reopen"), true, enter));
  return html`<div class="field-two">${reopen} ${primary("confirm", enter)}</div>`;
}

function primary(act: string, enter: Enter): TemplateResult {
  const begin = (): void => askWords(act, text(act), false, enter);
  return html`<button class="button primary" type="button" data-act=${act} @click=${begin}>${text(act)}</button>`;
}

function photoAndNote(enter: Enter): TemplateResult {
  const note = actButton("note", "message-square", () => askWords("note", text("note"), true, enter));
  return html`${actButton("photo", "camera", () => askPhoto(enter))} ${note}`;
}

function gradeShape(grade: string): TemplateResult {
  return html`<span class="level-shape ${grade === "major" ? "red" : "yellow"}"></span>`;
}

// The inspector's page as it is drawn: inspections and re-checks; one inspection item by item, with what was found.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import {
  actButton,
  backLink,
  dotted,
  entries,
  icon,
  its,
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
import { askDefect, askFail, askFinding, askOpen, askPartyRefuse, askPartySign, type EnterFor } from "./forms";
import { answerOf, dangersOf, heard, inspectionsOf, signerOf, stateOf, unanswered, unsettled, type Danger } from "./progress";
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
    if (recheck) return this.recheck(page, recheck);
    for (const one of inspections) {
      const danger = dangersOf(one, this.mine(one.id)).find((each) => each.id === id);
      if (danger) return this.danger(one, danger);
    }
    return this.list(page, inspections);
  }

  private list(page: Inspector, inspections: Inspection[]): TemplateResult {
    const open = html`<div class="crew-record">${actButton("open", "plus", () => askOpen(page, (opening) => this.open(opening)))}</div>`;
    return html`
      <h1>${page.person}</h1>
      <h2>${text("inspections")}</h2>
      ${inspections.length ? inspections.map((one) => its(one.id, this.card(one))) : html`<p class="empty">${text("no_inspections")}</p>`}
      ${page.objects.length ? open : nothing}
      ${page.rechecks.length ? html`<h2>${text("rechecks")}</h2>${page.rechecks.map((one) => its(one.id, recheckCard(one)))}` : nothing}
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
    const enterFor: EnterFor = (finding) => this.entering("finding", finding, 0);
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
      ${state === "open" || one.list_items.some((item) => item.answer) ? items(page, one, mine, state === "open", enter, enterFor) : nothing}
      ${dangers(one, mine)} ${state === "open" ? work(page, one, mine, enter, enterFor) : nothing}
      ${["signed", "confirmed"].includes(state) ? party(one, mine, enter) : nothing}
      ${state === "signed" ? second(page, one, mine, enter) : nothing}
      ${entries(mine, one.entries, text, wordsOf)}
    `;
  }

  /** A hidden danger of an inspection: photos and words can be added, also before it is sent. */
  private danger(inspection: Inspection, one: Danger): TemplateResult {
    const mine = this.mine(one.id);
    const enter = this.entering("finding", one.id, 0);
    const withdraw = one.isSent ? actButton("withdraw", "x", () => askWords("withdraw", text("withdraw"), true, enter)) : nothing;
    return html`
      <a class="button quiet crew-back" href="#${inspection.id}">${icon("arrow-left")}${inspection.object_name}</a>
      <section class="card crew-head">
        <b>${one.text}</b>
        <p class="mono small">${one.number || text("number_later")}</p>
        ${one.due_on ? html`<p class="muted">${text("rectify_by", { day: one.due_on })}</p>` : nothing}
      </section>
      <div class="crew-record">${photoAndNote(enter)} ${withdraw}</div>
      ${entries(mine, [], text)}
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
function items(
  page: Inspector,
  one: Inspection,
  mine: Subject[],
  open: boolean,
  enter: Enter,
  enterFor: EnterFor,
): TemplateResult {
  const answered = one.list_items.length - unanswered(one, mine).length;
  const differing = unsettled(one, mine);
  return html`
    <section class="card">
      <h2>${text("items")} ${answered}/${one.list_items.length}</h2>
      <ol class="field-items">
        ${one.list_items.map((item) => listItem(page, item, mine, { open, differs: differing.includes(item) }, enter, enterFor))}
      </ol>
    </section>
  `;
}

function listItem(
  page: Inspector,
  item: Item,
  mine: Subject[],
  { open, differs }: { open: boolean; differs: boolean },
  enter: Enter,
  enterFor: EnterFor,
): TemplateResult {
  const now = answerOf(item, mine);
  const choose = (answer: string): void =>
    answer === "bad" ? askDefect(page, item, enter, enterFor) : void enter("answer", { item: item.code, answer });
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
  const about = dotted(item.evidence, item.article, item.proof ? text(`proof_${item.proof}`) : "");
  const each = item.each.map((one) => `${one.by}: ${one.answer_name}`).join(" · ");
  const photo = (): void => askPhoto(enter, { item: item.code });
  return html`
    <li>
      <span>${item.text}</span>
      ${about ? html`<span class="muted small">${about}</span>` : nothing}
      ${item.answer_text ? html`<span class="small">${item.answer_text}</span>` : nothing}
      ${differs ? html`<span class="field-differ" data-differs=${item.code}>${icon("triangle-alert")} ${text("differ")}: ${each}</span>` : nothing}
      <div class="field-answers">${Object.entries(page.answers).map(button)}</div>
      ${open && now ? html`<button class="button small quiet field-item-photo" type="button" data-photo=${item.code} @click=${photo}>${icon("camera")}${text("photo")}</button>` : nothing}
    </li>
  `;
}

/** The hidden dangers of an inspection, each to be opened; those last that are not sent yet. */
function dangers(one: Inspection, mine: Subject[]): Part {
  const all = dangersOf(one, mine);
  if (!all.length) return nothing;
  const line = (each: Danger): TemplateResult => html`
    <li class=${each.isSent ? "" : "waiting"}>
      ${gradeShape(each.grade)}
      <a href="#${each.id}">${dotted(each.text, each.due_on ? text("rectify_by", { day: each.due_on }) : text("not_sent"))}</a>
    </li>
  `;
  return html`
    <section class="card">
      <h2>${text("dangers")}</h2>
      <ul class="crew-list crew-entries">
        ${all.map((each) => its(each.id, line(each)))}
      </ul>
    </section>
  `;
}

/** What is done while an inspection is open, up to the first signature: nobody signs what is not settled. */
function work(page: Inspector, one: Inspection, mine: Subject[], enter: Enter, enterFor: EnterFor): TemplateResult {
  const left = unanswered(one, mine);
  const differing = unsettled(one, mine);
  const rest = async (): Promise<void> => {
    if (!window.confirm(text("rest_sure", { count: left.length }))) return;
    for (const item of left) await enter("answer", { item: item.code, answer: "good" });
  };
  const all = html`
    <button class="button" type="button" data-act="rest_good" @click=${() => void rest()}>
      ${icon("check-check")}${text("rest_good", { count: left.length })}
    </button>
  `;
  return html`
    <div class="crew-record">
      ${left.length ? all : nothing} ${actButton("finding", "triangle-alert", () => askFinding(page, enter, enterFor))}
      ${photoAndNote(enter)}
    </div>
    ${
      differing.length
        ? html`<p class="message warning">${text("settle_first", { count: differing.length })}</p>`
        : nextButton("sign", text("sign"), () => askWords("sign", text("sign"), false, enter))
    }
  `;
}

/** After the first signature the firm's person signs on this phone, or does not. */
function party(one: Inspection, mine: Subject[], enter: Enter): TemplateResult {
  const said = heard(one, mine);
  const words = (name: string, refused: boolean): string => text(refused ? "party_refused" : "party_signed", { name });
  const sign = html`
    <div class="field-two">
      ${actButton("party_refuse", "x", () => askPartyRefuse(enter))}
      <button class="button primary" type="button" data-act="party_sign" @click=${() => askPartySign(enter)}>${text("party_sign")}</button>
    </div>
  `;
  return html`
    <section class="card">
      <h2>${text("party")}</h2>
      ${said ? html`<p>${words(said.name, said.refused)}</p>` : nothing} ${said && !said.refused ? nothing : sign}
    </section>
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

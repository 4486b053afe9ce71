// The firm's page as it is drawn: what is due, what was found; one of them with its next step as the biggest button.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { keyed } from "lit-html/directives/keyed.js";
import {
  actButton,
  backLink,
  clockTime,
  dayOf,
  dotted,
  entries,
  its,
  nextButton,
  nothingRead,
  refused,
  standing,
  type Part,
} from "../field/parts";
import { newId } from "../field/store";
import type { Sync } from "../field/sync";
import { text } from "../texts";
import { askAcceptance, askFixings, dayAfter, askOwn, askPhoto, askUntil, askWords, type Enter } from "./forms";
import {
  isEntered,
  isRunning,
  isUnanswered,
  mayAskAcceptance,
  mayAskExtension,
  nextStep,
  ownWaiting,
  sorted,
  waitingFor,
} from "./progress";
import { standingCard } from "./standing";
import type { Finding, Firm, Question, Stop, Subject, Task } from "./types";

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync<Firm, Subject>,
  ) {
    box.replaceChildren();
  }

  draw(): void {
    const chosen = location.hash.slice(1);
    const page = this.sync.page;
    const body = page ? (this.one(page, chosen) ?? this.list(page)) : nothingRead(this.sync.standing);
    render(html`${standing(this.sync)} ${refused(this.sync, (entry) => text(entry.act))} ${keyed(chosen, body)}`, this.box);
  }

  private one(page: Firm, id: string): TemplateResult | undefined {
    const task = page.tasks.find((one) => one.id === id);
    if (task) return this.task(task);
    const finding = page.findings.find((one) => one.id === id);
    if (finding) return this.finding(finding);
    const question = page.questions?.find((one) => one.id === id);
    return question && this.question(question);
  }

  private list(page: Firm): TemplateResult {
    const { due, over, open } = sorted(page);
    const waiting = ownWaiting(this.sync.queue, page.findings);
    const questions = page.questions ?? [];
    const stops = page.stops ?? []; // a page that was read by an older version has none
    const task = (one: Task): TemplateResult => its(one.id, this.taskCard(one, page.objects.length > 1));
    const lately = html`
      <details class="crew-later"><summary>${text("done_lately", { count: over.length })}</summary>${over.map(task)}</details>
    `;
    return html`
      <h1>${page.unit}</h1>
      ${(page.standings ?? []).map((one) => standingCard(one, page.objects.length > 1))}
      ${stops.length ? html`<h2>${text("stops")}</h2>${stops.map((one) => its(one.id, stopCard(one)))}` : nothing}
      ${questions.length ? html`<h2>${text("questions")}</h2>${questions.map((one) => its(one.id, this.questionCard(one)))}` : nothing}
      ${open.length || waiting.length ? html`<h2>${text("dangers")}</h2>${open.map((one) => its(one.id, this.findingCard(one)))}` : nothing}
      ${waiting.map(ownCard)}
      <div class="crew-record">
        ${actButton("report_own", "plus", () => askOwn(page, (data, picture) => this.reportOwn(data, picture)))}
        <a class="button" href="/inspections/documents/">${text("papers")}</a>
      </div>
      <h2>${text("tasks")}</h2>
      ${due.length ? due.map(task) : html`<p class="empty">${text("no_tasks")}</p>`} ${over.length ? lately : nothing}
    `;
  }

  /** A danger of one's own gets its id here, so that its photo can follow it. */
  private async reportOwn(data: object, picture?: File): Promise<void> {
    const about = { subject: "finding", subject_id: newId() };
    await this.sync.keep(about, 0, "report_own", data);
    if (picture) await this.sync.keep(about, 0, "photo", {}, picture);
  }

  private taskCard(task: Task, isOneOfMany: boolean): TemplateResult {
    const late = task.state === "overdue";
    const running = isRunning(task);
    return html`
      <a class="card crew-card ${running ? "" : "ended"}" href="#${task.id}">
        <span class="crew-card-words">
          <b>${task.name}</b>
          ${isOneOfMany ? html`<span class="muted">${task.object_name}</span>` : nothing}
          <span class="small ${late ? "field-late" : "muted"}">${until(task)}</span>
        </span>
        <span class="badge ${late ? "bad" : running ? "" : "good"}">${isEntered("done", this.mine(task.id)) ? text("done") : task.state_name}</span>
      </a>
    `;
  }

  private findingCard(finding: Finding): TemplateResult {
    return html`
      <a class="card crew-card" href="#${finding.id}">
        <span class="level-shape ${finding.grade === "major" ? "red" : "yellow"}"></span>
        <span class="crew-card-words">
          <b>${finding.text}</b>
          <span class="muted">${finding.own ? dotted(finding.grade_name, text("own")) : finding.grade_name}</span>
          <span class="small ${finding.overdue ? "field-late" : "muted"}">${limitOf(finding)}</span>
        </span>
        <span class="badge ${finding.overdue ? "bad" : ""}">
          ${isEntered("rectify", this.mine(finding.id)) ? text("rectify") : finding.state_name}
        </span>
      </a>
    `;
  }

  private questionCard(one: Question): TemplateResult {
    const mine = this.mine(one.id);
    const waits = isUnanswered(one, mine);
    const answerBy = (at: string): TemplateResult =>
      html`<span class="small field-late">${text("answer_by", { moment: moment(at) })}</span>`;
    return html`
      <a class="card crew-card ${waits ? "" : "ended"}" href="#${one.id}">
        <span class="crew-card-words">
          <b>${one.name}</b>
          <span class="muted">${one.object_name}</span>
          ${one.due_at && waits ? answerBy(one.due_at) : nothing}
        </span>
        <span class="badge ${waits ? "bad" : ""}">${mine.length ? text("not_sent") : one.state_name}</span>
      </a>
    `;
  }

  private question(one: Question): TemplateResult {
    const mine = this.mine(one.id);
    const enter = this.entering("episode", one.id, one.entries.length);
    const answer = nextButton("answer", text("answer"), () => askWords("answer", text("answer"), true, enter));
    return html`
      ${backLink(text("all"))}
      <section class="card crew-head">
        <b>${one.name}</b>
        <p class="muted">${one.object_name}</p>
        ${facts([
          [text("seen_from"), moment(one.start_at)],
          [text("seen_until"), one.end_at ? moment(one.end_at) : text("goes_on_still")],
        ])}
        <ul class="small">
          ${one.why.map((each) => html`<li>${each}</li>`)}
        </ul>
      </section>
      ${isUnanswered(one, mine) ? answer : info(one.state_name)} ${entries(mine, one.entries, text)}
    `;
  }

  private task(task: Task): TemplateResult {
    const mine = this.mine(task.id);
    const enter = this.entering("task", task.id, task.version);
    const running = isRunning(task) && !isEntered("done", mine);
    const byRecord = task.met_by !== "entry"; // its own words stand for a record that no platform tells
    const done = nextButton("done", text(byRecord ? "done_by_words" : "done"), () =>
      askWords("done", text("done"), byRecord, enter),
    );
    const told = byRecord ? info(text("by_record", { record: task.met_by_name })) : nothing;
    const next = task.record_page
      ? html`<a class="button primary crew-next" href=${task.record_page}>${text("make_record")}</a> ${told}`
      : html`${told} ${task.by_hand ? done : nothing}`;
    return html`
      ${backLink(text("all"))}
      <section class="card crew-head">
        <b>${task.name}</b>
        <p class="muted">${task.object_name}</p>
        ${facts([
          [text("until"), text("due_by", { day: lastDay(task.end) })],
          ...(task.done_at ? [[text("done"), moment(task.done_at)] satisfies Fact] : []),
          [text("asked_by"), task.level_names.join(", ")],
          [text("weight"), task.weight_name],
          [text("met_by"), task.met_by_name],
        ])}
        ${task.asked_to ? info(text("asked_until", { day: lastDay(task.asked_to) })) : nothing}
      </section>
      ${running ? next : nothing} ${record(enter, running ? "ask_deferral" : undefined)} ${entries(mine, task.entries, text)}
    `;
  }

  private finding(finding: Finding): TemplateResult {
    const mine = this.mine(finding.id);
    const enter = this.entering("finding", finding.id, finding.version);
    const next = nextStep(finding, mine);
    const page = this.sync.page!;
    const begin = (): void => (next === "fix" ? askFixings(page.fixings, enter) : askWords(next!, text(next!), true, enter));
    const stands = finding.state === "open" ? text("rectify") : finding.state_name;
    const acceptance = mayAskAcceptance(finding, mine)
      ? actButton("ask_acceptance", "shield", () => askAcceptance(enter, dayAfter(dayOf(page.now), page.accepted_days)))
      : nothing;
    return html`
      ${backLink(text("all"))}
      <section class="card crew-head">
        <b>${finding.text}</b>
        <p class="muted">${finding.object_name}</p>
        ${facts([
          [text("number"), finding.number],
          [text("grade"), finding.grade_name],
          [text("until"), finding.unserved ? limitOf(finding) : finding.due_on],
          ...finding.fixings.map((one): Fact => [one.name ?? "", one.text ?? ""]),
        ])}
        ${finding.order ? html`<p><a href=${finding.order}>${text("order")}</a></p>` : nothing}
        ${finding.overdue ? html`<p class="message error">${text("overdue")}</p>` : nothing}
        ${finding.asked_until ? info(text("asked_until", { day: finding.asked_until })) : nothing}
        ${finding.accept_asked ? info(text("acceptance_asked", { day: finding.accept_asked })) : nothing}
        ${finding.accepted_until ? info(text("accepted_until", { day: finding.accepted_until })) : nothing}
      </section>
      ${next ? nextButton(next, text(next), begin) : info(stands)}
      ${record(enter, mayAskExtension(finding, mine) ? "ask_extension" : undefined, acceptance, dayAfter(finding.due_on, page.extension_days))} ${entries(mine, finding.entries, text)}
    `;
  }

  private entering(subject: Subject["subject"], id: string, version: number): Enter {
    return (act, data, picture) => this.sync.keep({ subject, subject_id: id }, version, act, data, picture);
  }

  private mine(id: string): Subject[] {
    return waitingFor(id, this.sync.queue);
  }
}

/** A danger that waits to be sent. */
function ownCard(entry: Subject): TemplateResult {
  const data = entry.data as { grade?: string; text?: string };
  return html`
    <section class="card crew-card">
      <span class="level-shape ${data.grade === "major" ? "red" : "yellow"}"></span>
      <span class="crew-card-words"><b>${data.text}</b><span class="muted">${text("own")}</span></span>
      <span class="badge">${text("not_sent")}</span>
    </section>
  `;
}

/** By when it is to be rectified; while it is not served, in how many days from then. */
function limitOf(finding: Finding): string {
  return finding.unserved ? text("unserved", { days: finding.days }) : text("rectify_by", { day: finding.due_on });
}

type Fact = [name: string, told: string];

function facts(rows: Fact[]): TemplateResult {
  return html`<dl class="facts">${rows.map(([name, told]) => html`<dt>${name}</dt><dd>${told || "–"}</dd>`)}</dl>`;
}

function info(words: string): TemplateResult {
  return html`<p class="message info">${words}</p>`;
}

/** A stop leads to its own page: there the order is taken, and a resumption is asked for. */
function stopCard(one: Stop): TemplateResult {
  return html`
    <a class="card crew-card ${one.ended ? "ended" : ""}" href="${one.address}">
      <span class="crew-card-words">
        <b>${one.kind_name} ${one.number}</b>
        <span class="muted">${one.object_name}</span>
        <span class="small ${one.waits ? "field-late" : "muted"}">
          ${one.waits ? text("take_order") : text("stop_from", { day: one.first })}
        </span>
      </span>
      <span class="badge ${one.ended ? "good" : "bad"}">${one.standing_name}</span>
    </a>
  `;
}

/** What may be added at any time, and a request for more time where one is open. */
function record(enter: Enter, request?: string, more: Part = nothing, last = ""): TemplateResult {
  const asked: Part = request ? actButton(request, "clock", () => askUntil(request, enter, last)) : nothing;
  const note = actButton("note", "message-square", () => askWords("note", text("note"), true, enter));
  return html`<div class="crew-record">${asked} ${more} ${note} ${actButton("photo", "camera", () => askPhoto(enter))}</div>`;
}

/** When a task is due, or was done; one that ends at midnight is due on the day before. */
function until(task: Task): string {
  if (task.done_at) return moment(task.done_at);
  return text("due_by", { day: lastDay(task.end) });
}

/** An end in words: the last day that counts where it is a midnight, else the minute. */
function lastDay(end: string): string {
  return clockTime(end) === "00:00" ? dayOf(new Date(Date.parse(end) - 1000).toISOString()) : moment(end);
}

function moment(at: string): string {
  return `${dayOf(at)} ${clockTime(at)}`;
}

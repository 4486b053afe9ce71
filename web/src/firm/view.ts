// The firm's page as it is drawn: what is due, what was found; one of them with its next step as the biggest button.
import { area, ask, control, input, said, valueOf } from "../field/dialog";
import { element, icon } from "../field/element";
import { clockTime, dayOf, entries, refused, standing } from "../field/parts";
import type { Sync } from "../field/sync";
import { text } from "../texts";
import type { Finding, Firm, Question, Subject, Task } from "./types";

const RUNNING = ["open", "overdue"];

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync<Firm, Subject>,
  ) {}

  draw(): void {
    const chosen = location.hash.slice(1);
    const task = this.sync.page?.tasks.find((one) => one.id === chosen);
    const finding = this.sync.page?.findings.find((one) => one.id === chosen);
    const question = this.sync.page?.questions?.find((one) => one.id === chosen);
    const body = task ? this.task(task) : finding ? this.finding(finding) : question ? this.question(question) : this.list();
    this.box.replaceChildren(standing(this.sync), ...refused(this.sync, (entry) => text(entry.act)), ...body);
  }

  private list(): HTMLElement[] {
    const page = this.sync.page;
    if (!page) return [element("p", { class: "empty" }, text(this.sync.standing === "signed_out" ? "kept_until_signed_in" : "nothing_yet"))];
    const due = page.tasks.filter((one) => RUNNING.includes(one.state));
    const done = page.tasks.filter((one) => !RUNNING.includes(one.state));
    const open = page.findings.filter((one) => one.state === "open" || one.state === "rectified");
    return [
      element("h1", {}, page.unit),
      ...(page.questions?.length ? [element("h2", {}, text("questions")), ...page.questions.map((one) => this.questionCard(one))] : []),
      ...(open.length ? [element("h2", {}, text("dangers")), ...open.map((one) => this.findingCard(one))] : []),
      element("h2", {}, text("tasks")),
      ...(due.length ? due.map((one) => this.taskCard(one)) : [element("p", { class: "empty" }, text("no_tasks"))]),
      ...(done.length ? [element("details", { class: "crew-later" }, element("summary", {}, text("done_lately", { count: done.length })), ...done.map((one) => this.taskCard(one)))] : []),
    ];
  }

  private taskCard(task: Task): HTMLElement {
    const ticked = this.mine(task.id).some((entry) => entry.act === "done");
    const many = (this.sync.page?.objects.length ?? 0) > 1;
    const ended = !RUNNING.includes(task.state);
    return element(
      "a",
      { class: `card crew-card${ended ? " ended" : ""}`, href: `#${task.id}` },
      element("span", { class: "crew-card-words" }, element("b", {}, task.name), many ? element("span", { class: "muted" }, task.object_name) : undefined, element("span", { class: `small ${task.state === "overdue" ? "field-late" : "muted"}` }, this.until(task))),
      element("span", { class: `badge ${task.state === "overdue" ? "bad" : ended ? "good" : ""}` }, ticked ? text("done") : task.state_name),
    );
  }

  private findingCard(finding: Finding): HTMLElement {
    return element(
      "a",
      { class: "card crew-card", href: `#${finding.id}` },
      element("span", { class: `level-shape ${finding.grade === "major" ? "red" : "yellow"}` }),
      element("span", { class: "crew-card-words" }, element("b", {}, finding.text), element("span", { class: "muted" }, finding.grade_name), element("span", { class: `small ${finding.overdue ? "field-late" : "muted"}` }, text("rectify_by", { day: finding.due_on }))),
      element("span", { class: `badge ${finding.overdue ? "bad" : ""}` }, this.mine(finding.id).some((entry) => entry.act === "rectify") ? text("rectify") : finding.state_name),
    );
  }

  private questionCard(one: Question): HTMLElement {
    const answered = this.mine(one.id).length > 0;
    const waits = one.waits && !answered;
    return element(
      "a",
      { class: `card crew-card${waits ? "" : " ended"}`, href: `#${one.id}` },
      element("span", { class: "crew-card-words" }, element("b", {}, one.name), element("span", { class: "muted" }, one.object_name), one.due_at && waits ? element("span", { class: "small field-late" }, text("answer_by", { moment: moment(one.due_at) })) : undefined),
      element("span", { class: `badge ${waits ? "bad" : ""}` }, answered ? text("not_sent") : one.state_name),
    );
  }

  private question(one: Question): HTMLElement[] {
    const enter = (act: string, data: object): Promise<void> => this.sync.keep({ subject: "episode", subject_id: one.id }, one.entries.length, act, data);
    const waits = one.waits && !this.mine(one.id).length;
    const facts: [string, string][] = [
      [text("seen_from"), moment(one.start_at)],
      [text("seen_until"), one.end_at ? moment(one.end_at) : text("goes_on_still")],
    ];
    return [
      this.back(),
      element("section", { class: "card crew-head" }, element("b", {}, one.name), element("p", { class: "muted" }, one.object_name), this.facts(facts), element("ul", { class: "small" }, ...one.why.map((each) => element("li", {}, each)))),
      ...(waits ? [element("button", { class: "button primary crew-next", type: "button", "data-act": "answer", onclick: () => askWords("answer", text("answer"), true, enter) }, text("answer"))] : [element("p", { class: "message info" }, one.state_name)]),
      entries(this.mine(one.id), one.entries, text),
    ];
  }

  private task(task: Task): HTMLElement[] {
    const ticked = this.mine(task.id).some((entry) => entry.act === "done");
    const enter = (act: string, data: object, picture?: File): Promise<void> => this.sync.keep({ subject: "task", subject_id: task.id }, task.version, act, data, picture);
    const running = RUNNING.includes(task.state) && !ticked;
    const own = task.met_by === "entry";
    const facts: [string, string][] = [
      [text("until"), this.until(task)],
      [text("asked_by"), task.level_names.join(", ")],
      [text("weight"), task.weight_name],
      [text("met_by"), task.met_by_name],
    ];
    return [
      this.back(),
      element("section", { class: "card crew-head" }, element("b", {}, task.name), element("p", { class: "muted" }, task.object_name), this.facts(facts), task.asked_to ? element("p", { class: "message info" }, text("asked_until", { day: dayOf(task.asked_to) })) : undefined),
      ...(running && !own ? [element("p", { class: "message info" }, text("by_record", { record: task.met_by_name }))] : []),
      ...(running && own ? [element("button", { class: "button primary crew-next", type: "button", "data-act": "done", onclick: () => askWords("done", text("done"), false, enter) }, text("done"))] : []),
      element(
        "div",
        { class: "crew-record" },
        ...(running ? [button("ask_deferral", "clock", () => askUntil("ask_deferral", enter))] : []),
        button("note", "message-square", () => askWords("note", text("note"), true, enter)),
        button("photo", "camera", () => askPhoto(enter)),
      ),
      entries(this.mine(task.id), task.entries, text),
    ];
  }

  private finding(finding: Finding): HTMLElement[] {
    const enter = (act: string, data: object, picture?: File): Promise<void> => this.sync.keep({ subject: "finding", subject_id: finding.id }, finding.version, act, data, picture);
    const open = finding.state === "open" && !this.mine(finding.id).some((entry) => entry.act === "rectify");
    const fixed = finding.fixings.length > 0 || this.mine(finding.id).some((entry) => entry.act === "fix");
    const facts: [string, string][] = [
      [text("number"), finding.number],
      [text("grade"), finding.grade_name],
      [text("until"), finding.due_on],
      ...finding.fixings.map((one): [string, string] => [one.name, one.text]),
    ];
    const next = finding.grade === "major" && !fixed ? "fix" : "rectify";
    const start = (): void => (next === "fix" ? askFixings(this.sync.page!.fixings, enter) : askWords("rectify", text("rectify"), true, enter));
    return [
      this.back(),
      element("section", { class: "card crew-head" }, element("b", {}, finding.text), element("p", { class: "muted" }, finding.object_name), this.facts(facts), finding.overdue ? element("p", { class: "message error" }, text("overdue")) : undefined, finding.asked_until ? element("p", { class: "message info" }, text("asked_until", { day: finding.asked_until })) : undefined),
      ...(open ? [element("button", { class: "button primary crew-next", type: "button", "data-act": next, onclick: start }, text(next))] : [element("p", { class: "message info" }, finding.state === "open" ? text("rectify") : finding.state_name)]),
      element(
        "div",
        { class: "crew-record" },
        ...(open && !finding.extended && !finding.asked_until ? [button("ask_extension", "clock", () => askUntil("ask_extension", enter))] : []),
        button("note", "message-square", () => askWords("note", text("note"), true, enter)),
        button("photo", "camera", () => askPhoto(enter)),
      ),
      entries(this.mine(finding.id), finding.entries, text),
    ];
  }

  private facts(rows: [string, string][]): HTMLElement {
    return element("dl", { class: "facts" }, ...rows.flatMap(([name, told]) => [element("dt", {}, name), element("dd", {}, told || "–")]));
  }

  private back(): HTMLElement {
    return element("a", { class: "button quiet crew-back", href: "#" }, icon("arrow-left"), text("all"));
  }

  private mine(id: string): Subject[] {
    return this.sync.queue.filter((entry) => entry.subject_id === id && !entry.refused);
  }

  private until(task: Task): string {
    if (task.done_at) return `${dayOf(task.done_at)} ${clockTime(task.done_at)}`;
    const last = clockTime(task.end) === "00:00" ? dayOf(new Date(Date.parse(task.end) - 1000).toISOString()) : `${dayOf(task.end)} ${clockTime(task.end)}`;
    return text("due_by", { day: last });
  }
}

const moment = (at: string): string => `${dayOf(at)} ${clockTime(at)}`;

type Enter = (act: string, data: object, picture?: File) => Promise<void>;

function button(act: string, drawing: string, onclick: () => void): HTMLElement {
  return element("button", { class: "button", type: "button", "data-act": act, onclick }, icon(drawing), text(act));
}

/** An act with words. Where nothing is asked for by rule, no place and no photo is taken either. */
export function askWords(act: string, title: string, needed: boolean, enter: Enter): void {
  const words = area("text", text(act === "rectify" ? "what_done" : "remark"), needed);
  ask(title, [words], () => enter(act, said(words)));
}

export function askPhoto(enter: Enter): void {
  const picture = input("picture", text("photo"), { type: "file", accept: "image/*,application/pdf", required: true });
  const words = area("text", text("remark"), false);
  ask(text("photo"), [picture, words], async () => {
    const file = (control(picture) as HTMLInputElement).files?.[0];
    if (file) await enter("photo", said(words), file);
  });
}

function askUntil(act: string, enter: Enter): void {
  const until = input("until", text("until"), { type: "date", required: true });
  const words = area("text", text("reason"), true);
  ask(text(act), [until, words], () => enter(act, { until: valueOf(until), ...said(words) }));
}

function askFixings(names: Record<string, string>, enter: Enter): void {
  const rows = Object.entries(names).map(([key, name]): [string, HTMLElement] => [key, input(key, name, { maxlength: "120", required: true })]);
  ask(text("fix"), rows.map(([, row]) => row), () => enter("fix", Object.fromEntries(rows.map(([key, row]) => [key, valueOf(row)]))));
}

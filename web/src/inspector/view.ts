// The inspector's page as it is drawn: inspections and re-checks; one inspection item by item, with what was found.
import { area, ask, input, said, select, valueOf } from "../field/dialog";
import { element, icon } from "../field/element";
import { entries, refused, standing } from "../field/parts";
import type { Sync } from "../field/sync";
import { askPhoto, askWords } from "../firm/view";
import type { Finding, Subject } from "../firm/types";
import { text } from "../texts";
import type { Inspection, Inspector, Item, Opening } from "./types";

type Enter = (act: string, data: object, picture?: File) => Promise<void>;
interface Said {
  item?: string;
  answer?: string;
  text?: string;
  grade?: string;
}

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync<Inspector, Subject>,
  ) {}

  draw(): void {
    const chosen = location.hash.slice(1);
    const inspection = this.inspections().find((one) => one.id === chosen);
    const recheck = this.sync.page?.rechecks.find((one) => one.id === chosen);
    const body = inspection ? this.inspection(inspection) : recheck ? this.recheck(recheck) : this.list();
    const scrolled = window.scrollY;
    this.box.replaceChildren(standing(this.sync), ...refused(this.sync, (entry) => text(entry.act)), ...body);
    window.scrollTo(0, scrolled);
  }

  /** What the server knows, and what was begun on this device and is not sent yet. */
  private inspections(): Inspection[] {
    const page = this.sync.page;
    if (!page) return [];
    const known = new Set(page.inspections.map((one) => one.id));
    const begun = this.sync.queue.filter((entry) => entry.act === "open" && !entry.refused && !known.has(entry.subject_id));
    return [...begun.map((entry) => this.begun(page, entry)), ...page.inspections];
  }

  private begun(page: Inspector, entry: Subject): Inspection {
    const opening = entry.data as Opening;
    const object = page.objects.find((one) => one.id === opening.object);
    const list = page.check_lists.find((one) => one.code === opening.check_list);
    return {
      id: entry.subject_id,
      number: text("number_later"),
      object_name: object?.name ?? "",
      object_code: object?.code ?? "",
      check_list_name: list?.name ?? opening.check_list,
      check_list_version: opening.list_version,
      state: "open",
      state_name: "",
      source_name: "",
      first_inspector: page.person,
      second_inspector: page.colleagues.find((one) => one.id === opening.second)?.name ?? "",
      planned_for: null,
      version: 0,
      list_items: list?.items ?? [],
      entries: [],
      found: [],
    };
  }

  /** A new inspection: of which object, by which list, with whom. It gets its id here, its number from the server. */
  private askOpen(page: Inspector): void {
    const objects = select("object", text("object"), page.objects.filter((one) => one.check_list).map((one) => [one.id, `${one.name} ${one.code}`]));
    const lists = select("check_list", text("check_list"), page.check_lists.map((one) => [one.code, one.name]));
    const people = select("second", text("second"), [["", text("later")], ...page.colleagues.map((one): [string, string] => [one.id, one.name])]);
    const object = objects.querySelector("select")!;
    const second = people.querySelector("select")!;
    second.required = false;
    second.options[0]!.remove(); // nobody is named by keeping "later"
    const fits = (): void => void (lists.querySelector("select")!.value = page.objects.find((one) => one.id === object.value)?.check_list ?? "");
    object.addEventListener("change", fits);
    ask(text("open"), [objects, lists, people], async () => {
      const list = page.check_lists.find((one) => one.code === valueOf(lists))!;
      const opening: Opening = { object: valueOf(objects), check_list: list.code, list_version: list.version, ...(valueOf(people) ? { second: valueOf(people) } : {}) };
      const id = crypto.randomUUID();
      await this.sync.keep({ subject: "inspection", subject_id: id }, 0, "open", opening);
      location.hash = id;
    });
  }

  private list(): HTMLElement[] {
    const page = this.sync.page;
    if (!page) return [element("p", { class: "empty" }, text(this.sync.standing === "signed_out" ? "kept_until_signed_in" : "nothing_yet"))];
    const cards = this.inspections().map((one) =>
      element(
        "a",
        { class: `card crew-card${one.state === "confirmed" ? " ended" : ""}`, href: `#${one.id}` },
        element("span", { class: "crew-card-words" }, element("b", {}, one.object_name), element("span", { class: "muted" }, one.check_list_name), element("span", { class: "mono small" }, one.number)),
        element("span", { class: "badge" }, this.state(one) === one.state && one.state_name ? one.state_name : text("not_sent")),
      ),
    );
    const checks = page.rechecks.map((one) =>
      element("a", { class: "card crew-card", href: `#${one.id}` }, element("span", { class: `level-shape ${one.grade === "major" ? "red" : "yellow"}` }), element("span", { class: "crew-card-words" }, element("b", {}, one.text), element("span", { class: "muted" }, one.object_name), element("span", { class: "mono small" }, one.number)), element("span", { class: "badge warn" }, one.state_name)),
    );
    return [
      element("h1", {}, page.person),
      element("h2", {}, text("inspections")),
      ...(cards.length ? cards : [element("p", { class: "empty" }, text("no_inspections"))]),
      ...(page.objects.length ? [element("div", { class: "crew-record" }, small("open", "plus", () => this.askOpen(page)))] : []),
      ...(checks.length ? [element("h2", {}, text("rechecks")), ...checks] : []),
    ];
  }

  private inspection(one: Inspection): HTMLElement[] {
    const enter = this.entering("inspection", one.id, one.version);
    const state = this.state(one);
    const open = state === "open";
    return [
      this.back(),
      element("section", { class: "card crew-head" }, element("b", {}, one.object_name), element("p", { class: "mono small" }, `${one.number} · ${one.object_code}`), element("p", { class: "muted" }, `${one.check_list_name} (${one.check_list_version})`), element("p", {}, [one.first_inspector, one.second_inspector || text("no_second")].join(", "))),
      ...(state === "planned" ? [big("begin", () => void enter("begin", {}))] : []),
      ...(open || one.list_items.some((item) => item.answer) ? [this.items(one, open, enter)] : []),
      this.found(one),
      ...(open ? [element("div", { class: "crew-record" }, small("finding", "triangle-alert", () => this.askFinding(enter)), small("photo", "camera", () => askPhoto(enter)), small("note", "message-square", () => askWords("note", text("note"), true, enter)))] : []),
      ...(open ? [big("sign", () => askWords("sign", text("sign"), false, enter))] : []),
      ...(state === "signed" && this.signer(one) === this.sync.page!.person ? [element("p", { class: "message info" }, text("waits_second", { name: one.second_inspector }))] : []),
      ...(state === "signed" && this.signer(one) !== this.sync.page!.person ? [element("div", { class: "field-two" }, small("reopen", "rotate-ccw", () => askWords("reopen", text("reopen"), true, enter)), element("button", { class: "button primary", type: "button", "data-act": "confirm", onclick: () => askWords("confirm", text("confirm"), false, enter) }, text("confirm")))] : []),
      entries(this.mine(one.id), one.entries, text, (code) => one.list_items.find((item) => item.code === code)?.text ?? ""),
    ];
  }

  /** Who signed first: this person where the signature still waits to be sent. */
  private signer(one: Inspection): string {
    const waits = this.mine(one.id).some((entry) => entry.act === "sign");
    return waits ? this.sync.page!.person : (one.entries.filter((entry) => entry.act === "sign" && !entry.conflict).at(-1)?.actor ?? "");
  }

  private items(one: Inspection, open: boolean, enter: Enter): HTMLElement {
    const answered = one.list_items.filter((item) => this.answer(one, item)).length;
    const rows = one.list_items.map((item) => {
      const now = this.answer(one, item);
      const choose = (answer: string): void => void (answer === "bad" ? this.askDefect(item, enter) : enter("answer", { item: item.code, answer }));
      const buttons = Object.entries(this.sync.page!.answers).map(([code, name]) =>
        element("button", { class: `button ${code}`, type: "button", disabled: !open, "aria-pressed": String(now === code), "data-answer": `${item.code}-${code}`, onclick: () => choose(code) }, name),
      );
      const about = [item.evidence, item.article].filter(Boolean).join(" · ");
      return element("li", {}, element("span", {}, item.text), about ? element("span", { class: "muted small" }, about) : undefined, item.answer_text ? element("span", { class: "small" }, item.answer_text) : undefined, element("div", { class: "field-answers" }, ...buttons));
    });
    return element("section", { class: "card" }, element("h2", {}, `${text("items")} ${answered}/${one.list_items.length}`), element("ol", { class: "field-items" }, ...rows));
  }

  private found(one: Inspection): HTMLElement {
    const waiting = this.mine(one.id).filter((entry) => entry.act === "finding");
    if (!one.found.length && !waiting.length) return element("div");
    const known = one.found.map((each) => element("li", {}, element("span", { class: `level-shape ${each.grade === "major" ? "red" : "yellow"}` }), element("span", {}, `${each.text} · ${each.grade_name} · ${text("rectify_by", { day: each.due_on })}`)));
    const kept = waiting.map((entry) => element("li", { class: "waiting" }, icon("clock"), element("span", {}, (entry.data as Said).text ?? "")));
    return element("section", { class: "card" }, element("h2", {}, text("dangers")), element("ul", { class: "crew-list crew-entries" }, ...known, ...kept));
  }

  private recheck(one: Finding): HTMLElement[] {
    const enter = this.entering("finding", one.id, one.version);
    const decided = this.mine(one.id).some((entry) => entry.act === "pass" || entry.act === "fail");
    return [
      this.back(),
      element("section", { class: "card crew-head" }, element("b", {}, one.text), element("p", { class: "muted" }, `${one.object_name} · ${one.grade_name}`), element("p", { class: "mono small" }, one.number)),
      ...(decided ? [] : [element("div", { class: "field-two" }, small("fail", "x", () => this.askFail(one, enter)), element("button", { class: "button primary", type: "button", "data-act": "pass", onclick: () => askWords("pass", text("pass"), false, enter) }, text("pass")))]),
      element("div", { class: "crew-record" }, small("photo", "camera", () => askPhoto(enter)), small("note", "message-square", () => askWords("note", text("note"), true, enter))),
      entries(this.mine(one.id), one.entries, text),
    ];
  }

  /** A defect: in words, and at once as a hidden danger, or not. */
  private askDefect(item: Item, enter: Enter): void {
    const words = area("text", text("what_defect"), true);
    const grade = select("grade", text("as_danger"), [["", text("no_danger")], ...Object.entries(this.sync.page!.grades)]);
    const choice = grade.querySelector("select")!;
    choice.required = false;
    choice.options[0]!.remove(); // nothing is chosen by keeping "no"
    if (item.major) choice.value = "major";
    const days = input("days", text("days"), { type: "number", min: "0", max: "365", inputmode: "numeric" });
    ask(this.sync.page!.answers.bad ?? text("finding"), [element("p", { class: "muted" }, item.text), words, grade, days], async () => {
      await enter("answer", { item: item.code, answer: "bad", ...said(words) });
      if (valueOf(grade)) await enter("finding", { item: item.code, grade: valueOf(grade), ...said(words), ...daysOf(days) });
    });
  }

  private askFinding(enter: Enter): void {
    const words = area("text", text("what_defect"), true);
    const grade = select("grade", text("grade"), Object.entries(this.sync.page!.grades));
    const days = input("days", text("days"), { type: "number", min: "0", max: "365", inputmode: "numeric" });
    ask(text("finding"), [words, grade, days], () => enter("finding", { grade: valueOf(grade), ...said(words), ...daysOf(days) }));
  }

  private askFail(one: Finding, enter: Enter): void {
    const words = area("text", text("what_defect"), true);
    const days = input("days", text("days"), { type: "number", min: "0", max: "365", inputmode: "numeric", value: String(this.sync.page!.offered_days[one.grade] ?? 7) });
    ask(text("fail"), [words, days], () => enter("fail", { ...said(words), ...daysOf(days) }));
  }

  private entering(subject: "inspection" | "finding", id: string, version: number): Enter {
    return (act, data, picture) => this.sync.keep({ subject, subject_id: id }, version, act, data, picture);
  }

  private back(): HTMLElement {
    return element("a", { class: "button quiet crew-back", href: "#" }, icon("arrow-left"), text("all"));
  }

  private mine(id: string): Subject[] {
    return this.sync.queue.filter((entry) => entry.subject_id === id && !entry.refused);
  }

  /** The answer that stands: what waits to be sent before what the server knows. */
  private answer(one: Inspection, item: Item): string {
    const waiting = this.mine(one.id).filter((entry) => entry.act === "answer" && (entry.data as Said).item === item.code);
    return (waiting.at(-1)?.data as Said | undefined)?.answer ?? item.answer;
  }

  /** The state with what waits to be sent. */
  private state(one: Inspection): string {
    const after: Record<string, string> = { begin: "open", sign: "signed", confirm: "confirmed", reopen: "open" };
    return this.mine(one.id).reduce((state, entry) => after[entry.act] ?? state, one.state);
  }
}

function daysOf(days: HTMLElement): { days?: number } {
  return valueOf(days) ? { days: Number(valueOf(days)) } : {};
}

function big(act: string, onclick: () => void): HTMLElement {
  return element("button", { class: "button primary crew-next", type: "button", "data-act": act, onclick }, text(act));
}

function small(act: string, drawing: string, onclick: () => void): HTMLElement {
  return element("button", { class: "button", type: "button", "data-act": act, onclick }, icon(drawing), text(act));
}

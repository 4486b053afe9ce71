// The crew's page as it is drawn: the unit's orders, one order with its next step as the biggest button, what waits and what clashed.
import { text } from "../texts";
import { element, icon } from "../field/element";
import { clockTime, refused, standing } from "../field/parts";
import { askDig, askEntry, askFinding, askPhoto, askReading, askReturn, type Enter } from "./forms";
import type { Order, Queued, Told } from "./store";
import type { Sync } from "./sync";

export class View {
  constructor(
    private readonly box: HTMLElement,
    private readonly sync: Sync,
  ) {}

  draw(): void {
    const chosen = location.hash.slice(1);
    const order = this.sync.crew?.orders.find((one) => one.id === chosen);
    this.box.replaceChildren(standing(this.sync), ...refused(this.sync, (entry) => this.words(entry)), ...(order ? this.order(order) : this.list()));
  }

  private list(): HTMLElement[] {
    const crew = this.sync.crew;
    if (!crew) return [element("p", { class: "empty" }, text(this.sync.standing === "signed_out" ? "kept_until_signed_in" : "nothing_yet"))];
    const cards = crew.orders.map((order) =>
      element(
        "a",
        { class: `card crew-card${order.running ? "" : " ended"}`, href: `#${order.id}` },
        element("span", { class: `level-shape ${order.level_class}` }),
        element("span", { class: "crew-card-words" }, ...this.drill(order), element("b", {}, order.title), element("span", { class: "muted" }, order.place), element("span", { class: "mono small" }, order.number)),
        element("span", { class: "badge" }, this.state(order)),
      ),
    );
    return [element("h1", {}, crew.unit), ...(cards.length ? cards : [element("p", { class: "empty" }, text("no_orders"))])];
  }

  private order(order: Order): HTMLElement[] {
    return [
      element("a", { class: "button quiet crew-back", href: "#" }, icon("arrow-left"), text("all_orders")),
      this.head(order),
      ...this.guidance(order),
      ...(order.running ? this.steps(order) : [element("p", { class: "message info" }, `${order.state_name}${order.reason ? `: ${order.reason}` : ""}`)]),
      ...this.recheck(order),
      ...this.neighbours(order),
      this.entries(order),
    ];
  }

  private head(order: Order): HTMLElement {
    const where = order.lon !== null && order.lat !== null ? `${order.lat.toFixed(6)},${order.lon.toFixed(6)}` : "";
    return element(
      "section",
      { class: "card crew-head" },
      ...this.drill(order),
      element("h1", {}, element("span", { class: `level-shape ${order.level_class}` }), ` ${order.title}`),
      element("p", {}, order.place),
      element("p", {}, element("span", { class: `badge ${order.level_class}` }, order.level_name), " ", element("span", { class: "badge" }, order.role_name), " ", element("span", { class: "badge", "data-state": this.reached(order) }, this.state(order))),
      order.text ? element("p", {}, order.text) : undefined,
      element("p", { class: "mono small muted" }, order.number),
      where ? element("p", {}, element("a", { class: "button", href: `geo:${where}?q=${where}` }, icon("map-pin"), text("on_map")), " ", element("span", { class: "mono small muted" }, where)) : undefined,
      order.answer_to ? element("p", { class: "small" }, icon("phone"), ` ${order.answer_to}`) : undefined,
    );
  }

  private guidance(order: Order): HTMLElement[] {
    const never = element("section", { class: "message error crew-never" }, element("div", {}, element("b", {}, icon("shield-alert"), ` ${text("never")}`), element("ul", {}, ...order.must_not.map((line) => element("li", {}, line)))));
    const mind = element("details", { class: "message warning crew-mind" }, element("summary", {}, `${text("mind")} (${order.mind.length})`), element("ul", {}, ...order.mind.map((line) => element("li", {}, line))));
    return [...(order.must_not.length ? [never] : []), ...(order.mind.length ? [mind] : [])];
  }

  private steps(order: Order): HTMLElement[] {
    const enter: Enter = (act, data, picture) => this.sync.enter(order.id, act, data, picture);
    const done = new Set(order.steps.filter((step) => step.done || this.isReached(order, step.act)).map((step) => step.act));
    const ahead = order.steps.filter((step) => !done.has(step.act));
    const [next, ...later] = ahead;
    const act = (name: string): void => this.ask(order, name, enter);
    const big = next && element("button", { class: "button primary crew-next", type: "button", "data-act": next.act, onclick: () => act(next.act) }, next.name);
    const skip = done.has("accept") && later.length ? element("details", { class: "crew-later" }, element("summary", {}, text("later")), ...later.map((step) => element("button", { class: "button", type: "button", "data-act": step.act, onclick: () => act(step.act) }, step.name))) : undefined;
    const back = !done.has("control") && order.steps.length > 1 ? element("button", { class: "button", type: "button", "data-act": "return", onclick: () => askReturn(this.sync.crew!, enter) }, icon("rotate-ccw"), text("return")) : undefined;
    const small = (name: string, drawing: string): HTMLElement => element("button", { class: "button", type: "button", "data-act": name, onclick: () => act(name) }, icon(drawing), text(name));
    const check = order.check_in_due_at && element("section", { class: "card crew-check" }, element("span", {}, `${text("check_in_due")} `, element("b", { class: "mono" }, clockTime(order.check_in_due_at))), small("check_in", "check"));
    const record = element("div", { class: "crew-record" }, small("reading", "gauge"), small("photo", "camera"), small("measure", "shield"), small("note", "message-square"), small("neighbours", "users"), small("dig", "shovel"));
    const trail = element("ol", { class: "crew-trail" }, ...order.steps.map((step) => element("li", { class: done.has(step.act) ? "done" : step === next ? "next" : "" }, step.name)));
    return [trail, ...[big, check || undefined, skip, back].filter((one): one is HTMLElement => Boolean(one)), ...(done.has("accept") ? [record] : [])];
  }

  private ask(order: Order, act: string, enter: Enter): void {
    const crew = this.sync.crew!;
    if (act === "reading") askReading(crew, enter);
    else if (act === "find_cause") askFinding(crew, order, enter);
    else if (act === "photo") askPhoto(enter);
    else if (act === "dig") askDig(order, enter);
    else askEntry(act, order.steps.find((step) => step.act === act)?.name ?? text(act), enter);
  }

  private recheck(order: Order): HTMLElement[] {
    const { recheck } = order;
    if (!recheck) return [];
    const low = recheck.calm_since ? text("low_since", { time: clockTime(recheck.calm_since) }) : "";
    const minutes = recheck.minutes_to_go ?? 0;
    const to_go = recheck.calm_since ? (minutes ? text("to_go", { hours: Math.floor(minutes / 60), minutes: minutes % 60 }) : text("long_enough")) : "";
    return [element("section", { class: "card crew-recheck" }, element("h2", {}, text("recheck")), element("p", {}, [low, to_go].filter(Boolean).join(" ")), ...recheck.lacks.map((one) => element("p", { class: "muted" }, one)))];
  }

  private neighbours(order: Order): HTMLElement[] {
    if (!order.neighbours.length) return [];
    const rows = order.neighbours.map((one) =>
      element("li", {}, element("b", {}, one.unit), ` ${one.near} `, element("span", { class: `badge ${one.answered ? "good" : "warn"}` }, one.state_name), one.telephone ? element("a", { class: "button small", href: `tel:${one.telephone}` }, icon("phone"), one.telephone) : undefined),
    );
    const silent = order.neighbours.some((one) => !one.answered);
    return [element("section", { class: "card" }, element("h2", {}, text("standing_by")), silent ? element("p", { class: "message warning" }, text("dig_warning")) : undefined, element("ul", { class: "crew-list" }, ...rows))];
  }

  private entries(order: Order): HTMLElement {
    const waiting = this.mine(order).map((entry) => element("li", { class: "waiting" }, icon("clock"), element("span", {}, this.words(entry), entry.data.text ? ` ${entry.data.text}` : ""), element("span", { class: "badge" }, text("not_sent"))));
    const known = [...order.entries].reverse().map((entry) => this.entry(entry));
    return element("section", { class: "card" }, element("h2", {}, text("done_so_far")), element("ol", { class: "crew-list crew-entries" }, ...waiting.reverse(), ...known));
  }

  private entry(entry: Told): HTMLElement {
    const words = [entry.act_name, entry.details, entry.text].filter(Boolean).join(" · ");
    return element(
      "li",
      { class: entry.conflict ? "conflict" : "" },
      element("time", { class: "mono", datetime: entry.at }, clockTime(entry.at)),
      element("span", {}, words, entry.data.attachment ? element("a", { href: `/records/attachments/${entry.data.attachment}/` }, ` ${text("see")}`) : undefined, element("br"), element("span", { class: "muted small" }, [entry.actor, entry.channel_name].filter(Boolean).join(" · ")), entry.conflict ? element("span", { class: "crew-conflict" }, icon("triangle-alert"), ` ${entry.conflict}`) : undefined),
    );
  }

  private drill(order: Order): HTMLElement[] {
    return order.drill ? [element("b", { class: "badge warn" }, `【${text("drill")}】${order.drill}`)] : [];
  }

  private mine(order: Order): Queued[] {
    return this.sync.queue.filter((entry) => entry.order_id === order.id && !entry.refused);
  }

  /** A step is behind the crew when it or a later one waits to be sent. */
  private isReached(order: Order, act: string): boolean {
    const names = order.steps.map((step) => step.act);
    return this.mine(order).some((entry) => names.indexOf(entry.act) >= names.indexOf(act));
  }

  private reached(order: Order): string {
    return order.steps.filter((step) => step.done || this.isReached(order, step.act)).at(-1)?.act ?? "";
  }

  private state(order: Order): string {
    const ahead = this.mine(order).some((entry) => order.steps.some((step) => step.act === entry.act));
    return ahead ? (order.steps.find((step) => step.act === this.reached(order))?.name ?? order.state_name) : order.state_name;
  }

  private words(entry: Queued): string {
    for (const order of this.sync.crew?.orders ?? []) {
      const step = order.steps.find((one) => one.act === entry.act);
      if (step && order.id === entry.order_id) return step.name;
    }
    return text(entry.act);
  }
}

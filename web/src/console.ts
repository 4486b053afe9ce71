// The console: feed, map and drawer around one set of alarms, kept by the live stream.
import { Alarms, isOpen, type Filter } from "./alarms";
import { getJson } from "./api";
import { nowMs, setClock } from "./clock";
import { Drawer } from "./drawer";
import { Feed } from "./feed";
import { markFloods } from "./flood";
import { announce } from "./forms";
import { listenToKeys } from "./keys";
import { Live } from "./live";
import { Next } from "./next";
import { MapView } from "./map/view";
import { chooseByPlace } from "./places";
import { Bell } from "./sound";
import { MapTable } from "./table";
import { text } from "./texts";
import { Timeline } from "./timeline";
import type { Alarm, Diagnosis } from "./types";
// After the map's own style sheet, which these override.
import "./styles/console.css";
import "./styles/drawer.css";
import "./styles/next.css";
import "./styles/feedback.css";

const page = document.querySelector<HTMLElement>("#console")!;
const alarmsUrl = page.dataset.alarmsUrl!;
const alarms = new Alarms(alarmsUrl);
const bell = new Bell(alarms);
const timeline = new Timeline(document.querySelector<HTMLElement>("#timeline")!);
const layersCard = document.querySelector<HTMLDetailsElement>("#layers")!;
const search = document.querySelector<HTMLInputElement>("#feed-search")!;
let view: MapView | null = null;
let diagnosis: { alarmId: string; diagnosis: Diagnosis } | null = null;

const drawer = new Drawer((id) => {
  feed.mark(id);
  page.classList.toggle("drawer-open", id !== null);
  pad();
  next.clear();
  void showOnMap(id, true);
});
const next = new Next(
  drawer.element,
  alarmsUrl,
  () => view,
  () => drawer.alarmId,
);
const feed = new Feed(alarms, (id) => void drawer.open(id));
const table = new MapTable(alarms, () => view?.sensorsInSight() ?? []);

/** Marks the alarm on the map and draws the likeliest cause's way to it. */
async function showOnMap(id: string | null, move: boolean): Promise<void> {
  const alarm = id ? await alarmOf(id) : undefined;
  if (!view || drawer.alarmId !== id) return;
  view.select(alarm);
  if (!alarm || !id) return;
  if (move) view.flyTo(alarm);
  const found = await getJson<Diagnosis | null>(`${alarmsUrl}/${id}/diagnosis`).catch(() => null);
  if (!found?.hypotheses?.length || drawer.alarmId !== id) return;
  diagnosis = { alarmId: id, diagnosis: found };
  showHypothesis(0, move);
}

function showHypothesis(index: number, move: boolean): void {
  const alarm = diagnosis && alarms.byId.get(diagnosis.alarmId);
  const hypothesis = diagnosis?.diagnosis.hypotheses[index];
  if (!view || !alarm || !hypothesis) return;
  const bounds = view.showHypothesis(alarm, hypothesis);
  if (bounds && move) view.fit(bounds);
  for (const row of drawer.element.querySelectorAll<HTMLElement>("[data-hypothesis]"))
    row.classList.toggle("on-map", Number(row.dataset.hypothesis) === index);
}

/** Open alarms are known; a closed one, opened by its address, is fetched. */
async function alarmOf(id: string): Promise<Alarm | undefined> {
  return alarms.byId.get(id) ?? (await getJson<Alarm>(`${alarmsUrl}/${id}`).catch(() => undefined));
}

function pad(): void {
  const wide = window.innerWidth > 720;
  const left = wide ? 340 : 0;
  const right = wide && drawer.alarmId ? 424 : 0;
  const sheet = window.innerHeight * (drawer.alarmId ? 0.72 : 0.46);
  view?.setPadding({ left, right, top: wide ? 10 : 50, bottom: wide ? 64 : sheet });
}

function showCounters(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-level]")) {
    const level = Number(button.dataset.level);
    button.querySelector("[data-count]")!.textContent = String(alarms.countOfLevel(level));
    button.setAttribute("aria-pressed", String(alarms.filter.level === level));
  }
  for (const tab of document.querySelectorAll<HTMLElement>("[data-state]")) {
    const state = tab.dataset.state as Filter["state"];
    tab.querySelector("[data-count]")!.textContent = String(alarms.countOfState(state));
    tab.setAttribute("aria-pressed", String(alarms.filter.state === state));
  }
  const waiting = alarms.countOfState("unacknowledged");
  document.title = `${waiting ? `(${waiting}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
}

function filterLevel(level: number): void {
  alarms.setFilter({ level: alarms.filter.level === level ? null : level });
}

let drawPending = false;
alarms.addEventListener("change", () => {
  showCounters();
  if (drawPending) return;
  drawPending = true;
  setTimeout(() => {
    drawPending = false;
    view?.showAlarms();
  }, 200);
});

function listenToLive(): void {
  const live = new Live(page.dataset.liveUrl!);
  const state = document.querySelector<HTMLElement>("#connection")!;
  let staleSince = 0;
  live.on("alarm", (alarm) => {
    const before = alarms.take(alarm);
    timeline.take(alarm);
    if (!before && isOpen(alarm)) announceNew(alarm);
    else if (before && alarm.level > before.level) bell.announce(alarm);
    if (alarm.id === drawer.alarmId) void drawer.refresh();
  });
  live.on("diagnosis", ({ alarm_id }) => {
    if (alarm_id !== drawer.alarmId) return;
    void drawer.refresh().then(() => next.refresh());
    void showOnMap(alarm_id, false);
  });
  live.on("readings", (readings) => {
    view?.takeReadings(readings);
    drawer.takeReadings(readings);
  });
  live.on("health", (changes) => view?.showHealth(changes));
  live.on("case", () => view?.points.takeNews("case"));
  live.on("public_warning", () => view?.areas.takeNews("public_warning"));
  live.on("incoming_warning", () => view?.areas.takeNews("incoming_warning"));
  live.on("time", ({ now, speed }) => setClock(Date.parse(now), speed));
  live.on("reset", () => {
    void alarms.load();
    view?.points.takeNews("case");
    view?.areas.takeNews();
  });
  live.on("connection", ({ open }) => {
    state.classList.toggle("lost", !open);
    state.querySelector("[data-words]")!.textContent = open ? text("live") : text("stale");
    if (!open) {
      staleSince = nowMs();
      announce(text("stale"), "warning");
    } else if (staleSince) {
      void alarms.load();
    }
  });
}

/** In words for screen readers: colour and sound are not for everyone. */
function announceNew(alarm: Alarm): void {
  bell.announce(alarm);
  document.querySelector("#announcer")!.textContent = `${alarm.title}. ${alarm.place}`;
}

function bindControls(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-level]"))
    button.addEventListener("click", () => filterLevel(Number(button.dataset.level)));
  for (const tab of document.querySelectorAll<HTMLElement>("[data-state]"))
    tab.addEventListener("click", () => alarms.setFilter({ state: tab.dataset.state as Filter["state"] }));
  search.addEventListener("input", () => alarms.setFilter({ search: search.value }));
  for (const box of document.querySelectorAll<HTMLInputElement>("[data-layer]"))
    box.addEventListener("change", () => view?.setGroup(box.dataset.layer!, box.checked));
  document.querySelector("#table-switch")!.addEventListener("click", () => table.toggle());
  document.querySelector("#table-close")!.addEventListener("click", () => table.toggle());
  const help = document.querySelector<HTMLDialogElement>("#keys-help")!;
  document.querySelector("#keys-open")!.addEventListener("click", () => help.showModal());
  drawer.element.addEventListener("click", (event) => {
    const row = (event.target as Element).closest<HTMLElement>("[data-show-hypothesis]");
    if (row) showHypothesis(Number(row.dataset.showHypothesis), true);
  });
  document.querySelector("#sheet-handle")!.addEventListener("click", () => page.classList.toggle("feed-up"));
  window.addEventListener("resize", pad);
  const step = (by: number): void => {
    const id = feed.neighbour(by);
    if (id) void drawer.open(id);
  };
  const flyToOpen = (): void => {
    const alarm = drawer.alarmId ? alarms.byId.get(drawer.alarmId) : undefined;
    if (alarm) view?.flyTo(alarm);
  };
  const openCase = (): void => {
    const number = drawer.alarmId ? alarms.byId.get(drawer.alarmId)?.case_number : null;
    if (number) location.assign(`/cases/${number}/`);
  };
  listenToKeys({
    j: () => step(1),
    k: () => step(-1),
    a: () => drawer.press("a"),
    f: flyToOpen,
    c: openCase,
    l: () => (layersCard.open = !layersCard.open),
    "1": () => filterLevel(4),
    "2": () => filterLevel(3),
    "3": () => filterLevel(2),
    "4": () => filterLevel(1),
    "/": () => search.focus(),
    t: () => table.toggle(),
    "?": () => help.showModal(),
    Escape: () => drawer.close(),
  });
}

async function start(): Promise<void> {
  bindControls();
  markFloods(alarms);
  chooseByPlace(alarms);
  listenToLive();
  await Promise.all([
    alarms.load(),
    timeline.load(),
    MapView.create(document.querySelector<HTMLElement>("#map")!, alarms, (id) => void drawer.open(id)).then(
      (made) => (view = made),
    ),
  ]);
  pad();
  view?.showAll();
  view?.showAlarms();
  drawer.adopt();
  view?.map.once("idle", () => (page.dataset.ready = "true"));
}

start().catch((error: unknown) => {
  announce(text("failed"), "error");
  throw error;
});

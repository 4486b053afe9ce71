// Pages with a chart (the sensor page: ranges are chosen by buttons, new readings come over the live stream), and lists that
// load their rows anew when something of theirs happens:
// <div data-refresh="early_sign" data-live="/live/" hx-get="…" hx-trigger="refresh">
import "./styles/page.css";
import "./styles/feedback.css";
import { Chart } from "./chart";
import { setClock } from "./clock";
import { announce } from "./forms";
import { Live } from "./live";
import { text } from "./texts";

const box = document.querySelector<HTMLElement>("[data-chart]");
if (box) {
  const chart = new Chart(box);
  const show = (hours?: number): void => void chart.load(hours).catch(() => announce(text("chart_failed"), "error"));
  const ranges = document.querySelectorAll<HTMLButtonElement>("[data-range]");
  for (const button of ranges) {
    button.addEventListener("click", () => {
      for (const one of ranges) one.setAttribute("aria-pressed", String(one === button));
      show(Number(button.dataset.range));
    });
  }
  const live = new Live(box.dataset.live!);
  live.on("readings", (readings) => chart.take(readings));
  live.on("time", ({ now, speed }) => setClock(Date.parse(now), speed));
  show();
}

const list = document.querySelector<HTMLElement>("[data-refresh]");
if (list) {
  const live = new Live(list.dataset.live!);
  let soon: number | undefined;
  const refresh = (): void => {
    soon ??= window.setTimeout(() => {
      soon = undefined; // events come in crowds: once for all of half a second, and not under a hand that is on a row
      if (list.contains(document.activeElement)) refresh();
      else if (document.visibilityState === "visible") list.dispatchEvent(new Event("refresh"));
    }, 500);
  };
  document.addEventListener("visibilitychange", refresh);
  live.on(list.dataset.refresh as "early_sign", refresh);
  live.on("reset", refresh);
  live.on("time", ({ now, speed }) => setClock(Date.parse(now), speed));
}

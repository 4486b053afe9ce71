// Pages with a chart: the sensor page. Ranges are chosen by buttons, new readings come over the live stream.
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

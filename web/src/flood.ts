/** Marks an alarm flood: more new alarms in some minutes than one person can take in (EEMUA 191, IEC 62682).
 *
 * `<p id="flood" role="status" data-alarms="10" data-seconds="600" hidden></p>`
 */
import type { Alarms } from "./alarms";
import { nowMs } from "./clock";
import { text } from "./texts";

const LOOK_MS = 5000;

export function markFloods(alarms: Alarms): void {
  const mark = document.querySelector<HTMLElement>("#flood");
  if (!mark) return;
  const most = Number(mark.dataset.alarms);
  const seconds = Number(mark.dataset.seconds);
  const look = (): void => {
    const count = alarms.countOfNew(nowMs() - seconds * 1000);
    mark.hidden = count <= most;
    const words = mark.hidden ? "" : text("flood", { count, minutes: Math.round(seconds / 60) });
    if (mark.textContent !== words) mark.textContent = words;
  };
  alarms.addEventListener("change", look);
  setInterval(look, LOOK_MS);
}

/** What is left until a clock is due, or how long it is over; how long ago something began.
 *
 * `<b data-due="2026-11-24T05:30:00+08:00">` and `<b data-since="…">`, kept up every second; one with
 * `data-until` is there until then.
 */
import { elapsed, nowMs } from "./clock";
import { text } from "./texts";

export function tickClocks(root: ParentNode): void {
  const now = nowMs();
  for (const one of root.querySelectorAll<HTMLElement>("[data-due]")) {
    const due = Date.parse(one.dataset.due!);
    const words = due >= now ? text("left", { time: elapsed(now, due) }) : text("over", { time: elapsed(due, now) });
    if (one.textContent !== words) one.textContent = words;
  }
  for (const one of root.querySelectorAll<HTMLElement>("[data-until]"))
    if (Date.parse(one.dataset.until!) < now) one.hidden = true;
  for (const one of root.querySelectorAll<HTMLElement>("[data-since]"))
    one.textContent = elapsed(Date.parse(one.dataset.since!), now);
}

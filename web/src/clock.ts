/** The clock of the top bar: the time by which readings are judged, not the browser's.
 *
 * `<time data-clock="1764000000000" data-speed="1" data-time-zone="Asia/Shanghai"></time>`; the server's `time` events (live.ts) keep
 * it right.
 */
let originMs = Date.now();
let setAt = performance.now();
let speed = 1;

/** Now by the server's judging clock, in Unix milliseconds. */
export function nowMs(): number {
  return originMs + (performance.now() - setAt) * speed;
}

/** Sets the clock from the server. */
export function setClock(now: number, newSpeed = 1): void {
  originMs = now;
  setAt = performance.now();
  speed = newSpeed;
}

/** The city's zone, in which every time on the screen is shown. */
export function timeZone(): string {
  return document.querySelector<HTMLElement>("[data-time-zone]")?.dataset.timeZone ?? "Asia/Shanghai";
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment as text in the city's zone: "time" 14:32, "seconds" 14:32:07, "date" 2026-11-24, "full" both. */
export function formatTime(ms: number, style: "time" | "seconds" | "date" | "full"): string {
  let format = formats.get(style);
  if (!format) {
    const date = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
    const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    const seconds = { ...time, second: "2-digit" } as const;
    const options = { time, seconds, date, full: { ...date, ...seconds } }[style];
    format = new Intl.DateTimeFormat("sv-SE", { timeZone: timeZone(), ...options });
    formats.set(style, format);
  }
  return format.format(ms);
}

/** "12:07" since a moment, "3:12:07" past an hour, "2d 4h" past a day: what the trade reads as "unconfirmed for". */
export function elapsed(sinceMs: number, now = nowMs()): string {
  const seconds = Math.max(0, Math.floor((now - sinceMs) / 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  if (seconds >= 86_400) return daysAndHours(Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3600));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return `${two(minutes)}:${two(seconds % 60)}`;
}

function daysAndHours(days: number, hours: number): string {
  const chinese = typeof document !== "undefined" && document.documentElement.lang.startsWith("zh");
  return chinese ? `${days} 天 ${hours} 时` : `${days}d ${hours}h`;
}

/** Shows the clock and moves it once a second. */
export function startClock(): void {
  const element = document.querySelector<HTMLTimeElement>("[data-clock]");
  if (!element) return;
  setClock(Number(element.dataset.clock), Number(element.dataset.speed ?? 1));
  const day = document.createElement("small");
  const show = (): void => {
    const now = nowMs();
    day.textContent = formatTime(now, "date");
    element.replaceChildren(formatTime(now, "seconds"), day);
    element.dateTime = new Date(now).toISOString();
  };
  show();
  setInterval(show, 1000);
}

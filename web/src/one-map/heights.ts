/** How high a place lies, as the server's terrain says it: under the pointer, and of a place that was pressed. */
import type { Position } from "geojson";
import { getJson } from "../api";
import { csrfToken } from "../forms";
import { text } from "../texts";

const RESTS_MS = 150; // the pointer stands still so long before it is asked

interface Place {
  lng: number;
  lat: number;
}

export class Heights {
  private readonly box = document.querySelector<HTMLElement>("[data-height]");
  private timer = 0;

  constructor(private readonly known: boolean) {}

  /** Tells the height of where the pointer rests, in the corner of the map. */
  follow(at: Place): void {
    if (!this.known || !this.box) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      void ask(at).then((words) => {
        this.box!.textContent = words;
        this.box!.hidden = words === "";
      });
    }, RESTS_MS);
  }

  leave(): void {
    clearTimeout(this.timer);
    if (this.box) this.box.hidden = true;
  }

  /** Shows how high the ground is along a line that was measured. */
  profile(line: Position[]): void {
    const box = document.querySelector<HTMLElement>("[data-profile]");
    if (!this.known || !box || line.length < 2) return;
    void askProfile(line).then((places) => {
      const known = places.map(([, height]) => height).filter((height) => height !== null);
      if (!known.length) return;
      const points = `0,31 ${profilePath(places)} 100,31`;
      box.querySelector("polygon")!.setAttribute("points", points);
      const told = { lowest: Math.min(...known).toFixed(1), highest: Math.max(...known).toFixed(1) };
      box.querySelector("[data-words]")!.textContent = text("map_profile", told);
      box.hidden = false;
    });
  }

  forgetProfile(): void {
    const box = document.querySelector<HTMLElement>("[data-profile]");
    if (box) box.hidden = true;
  }

  /** A line of what is told of a place that was pressed; null where there is no terrain. */
  line(at: Place): HTMLElement | null {
    if (!this.known) return null;
    const row = document.createElement("li");
    const words = Object.assign(document.createElement("span"), { className: "height" });
    row.append(words);
    void ask(at).then((told) => (words.textContent = told));
    return row;
  }
}

/** The course of heights as a polygon of a picture of 100 by 30; gaps where none is known lie on its edge.
 *
 * profilePath([[0, 10], [50, 20], [100, 10]]) gives "0,30 50,0 100,30"
 */
export function profilePath(places: [number, number | null][]): string {
  const known = places.map(([, height]) => height).filter((height) => height !== null);
  const lowest = Math.min(...known);
  const span = Math.max(Math.max(...known) - lowest, 1e-6);
  const far = Math.max(places.at(-1)?.[0] ?? 0, 1e-6);
  return places
    .map(([metres, height]) => {
      const y = height === null ? 30 : 30 - (30 * (height - lowest)) / span;
      return `${String(round((100 * metres) / far))},${String(round(y))}`;
    })
    .join(" ");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The height in words; empty where the server does not answer. */
async function ask(at: Place): Promise<string> {
  try {
    const place = `${at.lng.toFixed(6)},${at.lat.toFixed(6)}`;
    const { height_m } = await getJson<{ height_m: number | null }>(`/map/terrain/height/?at=${place}`);
    return height_m === null ? text("map_no_height") : text("map_height", { height: height_m.toFixed(1) });
  } catch {
    return "";
  }
}

/** Distance and height at places along a line; none where the server does not answer. */
async function askProfile(line: Position[]): Promise<[number, number | null][]> {
  try {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    const body = JSON.stringify(line.map(([lon, lat]) => [lon!, lat!]));
    const answer = await fetch("/map/terrain/profile/", { method: "POST", headers, body });
    return answer.ok ? ((await answer.json()) as { places: [number, number | null][] }).places : [];
  } catch {
    return [];
  }
}

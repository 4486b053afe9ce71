/** Open alarms of one pipe, street, district or city: which they are the server says, again whenever alarms have changed.
 * `<select id="feed-place" data-url="/api/v1/…"><option value=""></option><optgroup data-kind="street"></optgroup>…</select>`
 */
import type { PlaceOut } from "../generated/api";
import type { Alarms } from "./alarms";
import { getJson } from "./api";

const SETTLE_MS = 2000; // alarms come in crowds
const MOST = 60; // places of a kind; the page "by place" has more

export function chooseByPlace(alarms: Alarms): void {
  const select = document.querySelector<HTMLSelectElement>("#feed-place");
  if (!select) return;
  let soon: number | undefined;
  let known = "";
  let places = new Map<string, PlaceOut>();
  const follow = (): void => {
    const place = places.get(select.value);
    alarms.setFilter({ ids: select.value ? new Set(place?.alarm_ids ?? []) : null });
  };
  const load = async (): Promise<void> => {
    soon = undefined;
    const now = [...alarms.byId.values()].map((one) => `${one.id}${one.shown_level}${one.state}`).join();
    if (now === known) return;
    known = now;
    const found = await getJson<PlaceOut[]>(select.dataset.url!).catch(() => null);
    if (!found) return;
    places = new Map(found.map((one) => [`${one.kind} ${one.region_code} ${one.key}`, one]));
    const chosen = select.value;
    for (const group of select.querySelectorAll("optgroup")) {
      const options = [...places].filter(([, one]) => one.kind === group.dataset.kind).slice(0, MOST);
      group.replaceChildren(...options.map(([value, one]) => new Option(`${one.name} (${one.alarms})`, value)));
    }
    select.value = chosen;
    if (select.selectedIndex < 0) select.value = "";
    follow();
  };
  alarms.addEventListener("change", () => (soon ??= window.setTimeout(() => void load(), SETTLE_MS)));
  select.addEventListener("change", follow);
}

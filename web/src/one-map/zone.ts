/** Times of the city, whatever the zone of the reader's machine. */

/** Minutes by which the zone's clocks are ahead of UTC at that moment. */
function aheadMin(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at);
  const written = /GMT([+-])(\d{2}):(\d{2})/.exec(parts.find((one) => one.type === "timeZoneName")?.value ?? "");
  return written ? (written[1] === "-" ? -1 : 1) * (Number(written[2]) * 60 + Number(written[3])) : 0;
}

/** A moment in ISO 8601 with the zone's offset. */
export function isoIn(at: number, zone: string): string {
  const ahead = aheadMin(at, zone);
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60].map((one) => String(one).padStart(2, "0"));
  return `${new Date(at + ahead * 60_000).toISOString().slice(0, 19)}${ahead < 0 ? "-" : "+"}${hours}:${minutes}`;
}

/** The moment of a field of local date and time in that zone; null for one that is not filled. */
export function momentIn(written: string, zone: string): number | null {
  const asUtc = Date.parse(`${written}Z`);
  return Number.isNaN(asUtc) ? null : asUtc - aheadMin(asUtc, zone) * 60_000;
}

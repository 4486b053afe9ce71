// What a code that was scanned on site says of the place, as far as a phone can tell without a network.
import type { OnSite, Permit } from "./store";

const SIGN = /\/q\/[sc][A-Za-z0-9_-]{22}/;
const LABEL = /\/plants\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/\?label=[0-9a-f]+\.[\w-]+/;

export interface Scanned {
  code: string;
  /** The unit whose label it is; none for the sign of a firm. */
  unit?: string;
}

/** What was read of a sign, a label or a tag; undefined for what is none of ours. */
export function readCode(said: string): Scanned | undefined {
  const label = LABEL.exec(said);
  if (label) return { code: said, unit: label[1] };
  return SIGN.test(said) ? { code: said } : undefined;
}

/** The name of what was read where it is surely another place than the permit's: empty for a unit of no firm that is known here. */
export function wrongPlace(permit: Pick<Permit, "unit_id">, units: OnSite["units"], scanned: Scanned): string | undefined {
  if (!scanned.unit || scanned.unit === permit.unit_id) return undefined;
  const known = units.find((one) => one.id === scanned.unit);
  return permit.unit_id || !known ? (known?.name ?? "") : undefined;
}

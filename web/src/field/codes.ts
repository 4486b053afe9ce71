// Codes that are scanned on site, as far as a phone can tell without a network what they say of the place.

const SIGN = /\/q\/[sc][A-Za-z0-9_-]{22}/;
const LABEL = /\/plants\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/\?label=[0-9a-f]+\.[\w-]+/;

export interface Scanned {
  code: string;
  /** The unit whose label it is; none for the sign of a firm. */
  unit?: string;
}

/** What something is done at: a unit, or any unit of the firm where it names none. */
export interface Expected {
  unit_id: string | null;
}

export interface Unit {
  id: string;
  name: string;
}

/** What was read of a sign, a label or a tag; undefined for what is none of ours. */
export function readCode(said: string): Scanned | undefined {
  const label = LABEL.exec(said);
  if (label) return { code: said, unit: label[1] };
  return SIGN.test(said) ? { code: said } : undefined;
}

/** The name of what was read where it is surely another place than the expected one: empty for a unit of no firm that is known here. */
export function wrongPlace(expected: Expected, units: Unit[], scanned: Scanned): string | undefined {
  if (!scanned.unit || scanned.unit === expected.unit_id) return undefined;
  const known = units.find((one) => one.id === scanned.unit);
  return expected.unit_id || !known ? (known?.name ?? "") : undefined;
}

/** The code that was scanned for one thing (a permit, a check), until it goes with an entry about that. */
export class KeptCode {
  protected about = "";
  protected code = "";

  /** Whether the code for this was scanned. */
  has(about: string): boolean {
    return this.about === about && !!this.code;
  }

  /** The code for this as an entry carries it, once. */
  take(about: string): { code?: string } {
    if (!this.has(about)) return {};
    const code = this.code;
    this.code = "";
    return { code };
  }

  /** Keeps what was scanned for this; nothing where it was another place. */
  put(about: string, code: string): void {
    this.about = about;
    this.code = code;
  }
}

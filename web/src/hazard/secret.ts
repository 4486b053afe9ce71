// The reporter's secret and the work that the page does for a report: SHA-256 in plain code, for pages without HTTPS have no crypto.subtle.
const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's, as in rules/secrets.py
const LENGTH = 16;

/** 75 random bits and the check sign, in groups of four. */
export function newSecret(): string {
  const random = crypto.getRandomValues(new Uint8Array(LENGTH - 1));
  const body = [...random].map((one) => SIGNS[one & 31]).join("");
  return (body + checkSign(body)).replace(/(.{4})(?=.)/g, "$1-");
}

/** The sign that closes a secret: a sum with weights 3, 9, 27 … modulo 32. */
export function checkSign(body: string): string {
  let total = 0;
  let weight = 1;
  for (const sign of body) {
    weight = (weight * 3) % 32;
    total += SIGNS.indexOf(sign) * weight;
  }
  return SIGNS[total % 32]!;
}

/** The secret as it counts: without hyphens. */
export const plain = (secret: string): string => secret.replace(/[-\s]/g, "").toUpperCase();

const K = Uint32Array.from(primes(64).map((one) => Math.floor((Math.cbrt(one) - Math.floor(Math.cbrt(one))) * 2 ** 32)));
const START = Uint32Array.from(primes(8).map((one) => Math.floor((Math.sqrt(one) - Math.floor(Math.sqrt(one))) * 2 ** 32)));

function primes(count: number): number[] {
  const found: number[] = [];
  for (let one = 2; found.length < count; one++) if (found.every((known) => one % known)) found.push(one);
  return found;
}

/** SHA-256 (FIPS 180-4) of a text or of bytes. */
export function sha256(given: string | Uint8Array): Uint32Array {
  const bytes = typeof given === "string" ? new TextEncoder().encode(given) : given;
  const words = new Uint32Array((((bytes.length + 8) >> 6) + 1) * 16);
  bytes.forEach((byte, at) => (words[at >> 2]! |= byte << (24 - (at % 4) * 8)));
  words[bytes.length >> 2]! |= 0x80 << (24 - (bytes.length % 4) * 8);
  words[words.length - 2] = Math.floor(bytes.length / 2 ** 29);
  words[words.length - 1] = bytes.length << 3;
  const state = START.slice();
  const w = new Uint32Array(64);
  for (let block = 0; block < words.length; block += 16) {
    for (let i = 0; i < 64; i++) w[i] = i < 16 ? words[block + i]! : spread(w, i);
    round(state, w);
  }
  return state;
}

const turn = (one: number, by: number): number => (one >>> by) | (one << (32 - by));

function spread(w: Uint32Array, i: number): number {
  const a = w[i - 15]!;
  const b = w[i - 2]!;
  return w[i - 16]! + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7]! + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
}

function round(state: Uint32Array, w: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((one, at) => (state[at]! += one));
}

export const hex = (digest: Uint32Array): string => [...digest].map((one) => one.toString(16).padStart(8, "0")).join("");

/** A nonce for which SHA-256 of id, hash of the content and nonce begins with so many zero bits; the page breathes meanwhile. */
export async function work(id: string, content: string, bits: number): Promise<string> {
  for (let nonce = 0; ; nonce++) {
    if (!(nonce % 2000)) await new Promise((resolve) => setTimeout(resolve));
    const first = sha256(`${id}.${content}.${nonce}`)[0]!;
    if (!bits || first >>> (32 - bits) === 0) return String(nonce);
  }
}

// The doors of a walk as the phone shows them: those of the server, with what waits to be sent laid over them.
import type { Door, Queued } from "./store";

/** A door on the phone: `waits`: its result has not been sent yet; one that stands on no list has no id before it is sent. */
export interface ShownDoor {
  id: string;
  place: string;
  result: string;
  people: number;
  words: string;
  version: number;
  differs: boolean;
  help: boolean;
  waits: boolean;
}

export type Group = "open_doors" | "again_doors" | "done_doors";

/** Whether two spellings name one door, as `door_key` of the server says it. */
export function doorKey(place: string): string {
  const narrow = [...place].map((one) => (one >= "！" && one <= "～" ? String.fromCharCode(one.charCodeAt(0) - 0xfee0) : one));
  return narrow.join("").replace(/\s+/gu, "").toLowerCase();
}

/** The doors with the results that wait, in their order. */
export function shownDoors(doors: Door[], waiting: Pick<Queued, "act" | "data">[], results: string[]): ShownDoor[] {
  const shown: ShownDoor[] = doors.map((one) => ({ ...one, waits: false }));
  for (const { act, data } of waiting) {
    if (!results.includes(act)) continue;
    let door = shown.find((one) => (data.door ? one.id === data.door : doorKey(one.place) === doorKey(data.place ?? "")));
    if (!door) {
      door = {
        id: "",
        place: data.place ?? "",
        result: "",
        people: 0,
        words: "",
        version: 0,
        differs: false,
        help: false,
        waits: true,
      };
      shown.push(door);
    }
    Object.assign(door, { result: act, people: data.people ?? 0, words: data.text ?? "", waits: true });
  }
  return shown;
}

/** Under which heading a door stands. */
export function groupOf(door: Pick<ShownDoor, "result">): Group {
  if (!door.result) return "open_doors";
  return door.result === "nobody" ? "again_doors" : "done_doors";
}

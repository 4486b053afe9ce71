// What the page of whoever knocks on doors knows: their walks as last read, and what was entered at doors.
import type { DoorDataIn, DoorEntryIn, KnockDoorOut, KnockerOut, KnockWalkOut } from "../../generated/api";
import type { Waiting } from "../field/store";

export type Knocker = KnockerOut;
export type Walk = KnockWalkOut;
export type Door = KnockDoorOut;
export type Data = Partial<DoorDataIn>;

/** An entry that waits, or was refused for a reason. */
export interface Queued extends Waiting, Pick<DoorEntryIn, "walk_id"> {
  data: Data;
}

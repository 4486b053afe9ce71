// What the crew's page knows: the unit's orders as last read, and what was entered for them.
import type { CrewOrderOut, CrewOut, DataIn, EntryIn, OrderEntryOut } from "../../generated/api";
import type { Waiting } from "../field/store";

export type Crew = CrewOut;
export type Order = CrewOrderOut;
export type Told = OrderEntryOut;
export type Data = DataIn;

/** An entry that waits, or was refused for a reason. */
export interface Queued extends Waiting, Pick<EntryIn, "order_id"> {
  data: Data;
}

/** What a course of heights amounts to. */
import type { Step } from "./heights";

const COUNTS_M = 1; // less up or down is the unevenness of what was measured

export interface Climb {
  lowest: number;
  highest: number;
  up: number;
  down: number;
}

/** The lowest and the highest of a course, and the metres that it goes up and down; null where no height is known.
 *
 * climbOf([[0, 0, 0, 10], [50, 0, 0, 30], [100, 0, 0, 25]]) gives { lowest: 10, highest: 30, up: 20, down: 5 }
 */
export function climbOf(steps: Step[]): Climb | null {
  const heights = steps.map((step) => step[3]).filter((height) => height !== null);
  if (!heights.length) return null;
  let [up, down, at] = [0, 0, heights[0]!];
  for (const height of heights) {
    if (Math.abs(height - at) < COUNTS_M) continue;
    if (height > at) up += height - at;
    else down += at - height;
    at = height;
  }
  return { lowest: Math.min(...heights), highest: Math.max(...heights), up, down };
}

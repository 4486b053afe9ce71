/** A probability in whole percent, as people are told it: never 100, since a ranking is no certainty. */
export function toldPercent(probability: number): string {
  return `${Math.min(99, Math.round(probability * 100))} %`;
}

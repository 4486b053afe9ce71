/** Signs of things on the map: each kind has an outline and a glyph of its own, so that none is told from another by colour alone.
 *
 * The outline is drawn in the colour of the level, whose shape stands beside it; paper draws the same paths (atlas/pictures/papers/signs.py).
 */
import { token } from "../theme";

type Draw = (pen: CanvasRenderingContext2D) => void;

/** Outlines with their tail at (-11.5, 11.5), the place; glyphs around (0, 0), in lines. */
export const SIGNS: Record<string, { outline: string; glyph: string }> = {
  case: {
    outline: "M-11.5 11.5V-8Q-11.5-11.5-8-11.5H8Q11.5-11.5 11.5-8V4Q11.5 7.5 8 7.5H-7Z",
    glyph: "M-4-4H4M-4 0H4M-4 4H1",
  },
  crew: {
    outline: "M-11.5 11.5L-8.6 2A9.6 9.6 0 1 1-3 7.2Z",
    glyph: "M-5.5 2.5V-4H1V2.5ZM1-1.5H3.6L5.5.5V2.5H1M-4 4.4H-2M2 4.4H4",
  },
  body: {
    outline: "M-11.5 11.5L-9.5 1V-4L0-11.5L9.5-4V7.5H-5Z",
    glyph: "M0-3.4A1.7 1.7 0 1 0 .1-3.4ZM-3.6 4.2C-3.6 1.6-2 .6 0 .6S3.6 1.6 3.6 4.2Z",
  },
  store: {
    outline: "M-11.5 11.5L-8.5 3L-10.8-2L-5.4-11.5H5.4L10.8-2L5.4 7.5H-5Z",
    glyph: "M-4.5-3.5H4.5V4H-4.5ZM-4.5-.8H4.5M-1.2 1.4H1.2",
  },
  firm: {
    outline: "M-11.5 11.5L-10 2V-11.5H-5.5V-5L-.5-9V-5L4.5-9V-5L10-9V7.5H-6Z",
    glyph: "M-5.5 4V0M-2 4V0M1.5 4V0M5 4V0",
  },
  helpers: {
    outline: "M-11.5 11.5L-7 4Q-9.5 1-9.5-4V-9.5Q-5-9.5 0-11.5Q5-9.5 9.5-9.5V-4Q9.5 4 0 8Q-2 7.4-3.4 6.6Z",
    glyph: "M0 4C-6-.5-5.5-5-2.8-5C-1-5 0-3.6 0-2.8C0-3.6 1-5 2.8-5C5.5-5 6-.5 0 4Z",
  },
  works: {
    outline: "M-11.5 11.5L-9 2L-11.5-8.5H8.5L11.5-2L8.5 5.5H-5Z",
    glyph: "M-6-4H6V0H-6ZM-3-4L-5 0M1-4L-1 0M5-4L3 0M-4 0V3.5M4 0V3.5",
  },
};

/** The sign on its plate, with the level's shape beside it; `level` is empty for the sign alone. */
export function signOf(name: string, level: string, badge: Draw | null): Draw {
  const { outline, glyph } = SIGNS[name]!;
  const edge = level === "" ? token("text-muted") : badge ? token(level) : token(level === "good" ? "good" : "text-faint");
  return (pen) => {
    pen.save();
    pen.fillStyle = token("surface");
    pen.strokeStyle = edge;
    pen.lineWidth = 1.8;
    pen.lineJoin = "round";
    if (level === "unknown") pen.setLineDash([3, 2]);
    const frame = new Path2D(outline);
    pen.fill(frame);
    pen.stroke(frame);
    pen.setLineDash([]);
    pen.translate(0, -2);
    pen.scale(0.95, 0.95);
    pen.strokeStyle = token("text");
    pen.lineWidth = 1.5;
    pen.lineCap = "round";
    pen.stroke(new Path2D(glyph));
    pen.restore();
    if (!badge) return;
    pen.translate(8, -8);
    pen.scale(0.46, 0.46);
    badge(pen);
  };
}

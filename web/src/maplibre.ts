/** The MapLibre of the map pages by itself: `tocsin bench atlas` measures the one map beside it. */
export { MapLibre } from "./map/build";

/** The one way a map is made: the ground of the theme, names in the page's font, north always up; made anew with the theme. */
import { AttributionControl, Map as MapLibre, Popup, setWorkerUrl, type MapOptions } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import { getJson } from "../api";
import { text } from "../texts";
import { style, type BaseMap } from "./style";

const BUNDLE = new URL("/static/dist/", location.href); // this file may land in a folder of the bundle, these addresses do not

setWorkerUrl(new URL("maplibre-gl-worker.mjs", BUNDLE).href);

/** What lies under every layer: the land, and the slices of the font. */
interface Ground {
  base: BaseMap;
  fontFaces: unknown[];
}

/** Reads the ground named by `data-base-url` of the box; a page that keeps the land itself gives it. */
export async function readGround(box: HTMLElement, known?: BaseMap): Promise<Ground> {
  const [base, faces] = await Promise.all([
    known ?? getJson<BaseMap>(box.dataset.baseUrl!),
    getJson<{ url: string }[]>(new URL("font-faces.json", BUNDLE).href),
  ]);
  return { base, fontFaces: faces.map((face) => ({ ...face, url: new URL(face.url, BUNDLE).href })) };
}

/** A map in the box, with the source of its ground and `data-notice` as its attribution. */
export function buildMap(
  box: HTMLElement,
  ground: Ground,
  options: Omit<MapOptions, "container" | "style">,
  compact: boolean,
): MapLibre {
  const map = new MapLibre({
    container: box,
    style: styleOf(ground),
    attributionControl: false,
    minZoom: 5,
    dragRotate: false,
    pitchWithRotate: false,
    ...options,
    locale: {
      "NavigationControl.ZoomIn": text("map_zoom_in"),
      "NavigationControl.ZoomOut": text("map_zoom_out"),
      "Map.Title": text("map_title"),
      "AttributionControl.ToggleAttribution": text("map_sources"),
      ...options.locale,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(
    new AttributionControl({ compact, customAttribution: [ground.base.source, box.dataset.notice ?? ""] }),
    "bottom-right",
  );
  return map;
}

/** Adds the layers as soon as the style is read, so that the first picture holds them, and again after each change of theme: a new
 * style has lost them. To be called in the same breath as `buildMap`.
 */
export async function keepLayers(
  map: MapLibre,
  ground: Ground,
  add: () => void,
  afterTheme = (): void => undefined,
): Promise<void> {
  await new Promise<void>((done) => map.once("style.load", () => done()));
  add();
  document.addEventListener("tocsin:theme", () => {
    map.setStyle(styleOf(ground), { diff: false });
    map.once("style.load", () => {
      add();
      afterTheme();
    });
  });
}

export { MapLibre };

/** The words beside the pointer; the first line is a name. */
export class HoverWords {
  private readonly popup = new Popup({ closeButton: false, closeOnClick: false, offset: 12, className: "hover" });

  constructor(private readonly map: MapLibre) {}

  show(lines: string[], at: { lng: number; lat: number }): void {
    const box = document.createElement("div");
    for (const [index, line] of lines.entries()) {
      box.append(Object.assign(document.createElement(index ? "span" : "strong"), { textContent: line }));
    }
    this.map.getCanvas().style.cursor = "pointer";
    this.popup.setLngLat(at).setDOMContent(box).addTo(this.map);
  }

  hide(): void {
    this.map.getCanvas().style.cursor = "";
    this.popup.remove();
  }
}

function styleOf({ base, fontFaces }: Ground): ReturnType<typeof style> {
  return style(base, fontFaces, document.documentElement.lang.startsWith("zh") ? "zh" : "en");
}

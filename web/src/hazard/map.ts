// The map on which a reporter sets the place: a press sets it, or Enter for the middle. Loaded when it is asked for.
import { Marker, NavigationControl, type LngLatLike } from "maplibre-gl";
import { boundsOf, type Bounds } from "../map/bounds";
import { buildMap, readGround } from "../map/build";
import { text } from "../texts";
import { cornersOf, ground } from "./ground";

export interface PlaceMap {
  show(lon: number | null, lat: number | null): void;
  middle(): { lon: number; lat: number };
  end(): void;
}

/** A map in the box; `chosen` is told of every place that is set. */
export async function openMap(
  box: HTMLElement,
  start: { lon: number | null; lat: number | null; region_code: string },
  chosen: (lon: number, lat: number) => void,
): Promise<PlaceMap> {
  const base = await ground(box.dataset.baseUrl!);
  const { fontFaces } = await readGround(box, base);
  const known = start.lon !== null && start.lat !== null;
  const map = buildMap(
    box,
    { base, fontFaces },
    {
      ...(known
        ? { center: [start.lon!, start.lat!], zoom: 15 }
        : { bounds: boundsOf(cornersOf(base, start.region_code)) as Bounds, fitBoundsOptions: { padding: 10 } }),
      maxZoom: 18,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      locale: {
        "CooperativeGesturesHandler.WindowsHelpText": text("map_zoom"),
        "CooperativeGesturesHandler.MacHelpText": text("map_zoom"),
        "CooperativeGesturesHandler.MobileHelpText": text("map_move"),
      },
    },
    true,
  );
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  const marker = new Marker({ color: getComputedStyle(document.documentElement).getPropertyValue("--accent").trim() });
  const middle = (): { lon: number; lat: number } => ({ lon: map.getCenter().lng, lat: map.getCenter().lat });
  map.on("click", ({ lngLat }) => chosen(lngLat.lng, lngLat.lat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") chosen(middle().lon, middle().lat);
  });
  return {
    middle,
    show(lon, lat) {
      if (lon === null || lat === null) return void marker.remove();
      const at: LngLatLike = [lon, lat];
      marker.setLngLat(at).addTo(map);
      if (!map.getBounds().contains(at)) map.jumpTo({ center: at, zoom: Math.max(map.getZoom(), 13) });
    },
    end: () => map.remove(),
  };
}

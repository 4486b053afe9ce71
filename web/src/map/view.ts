/** The map itself: made once, made anew on a change of theme, with the panels' sizes as its padding. */
import { AttributionControl, Map as MapLibre, NavigationControl, Popup, ScaleControl, setWorkerUrl, type LngLatBounds, type MapGeoJSONFeature } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import type { FeatureCollection, Point } from "geojson";
import type { Alarms } from "../alarms";
import { getJson } from "../api";
import { formatTime } from "../clock";
import { text } from "../texts";
import type { Alarm, Hypothesis, Outlook, SensorFeature, SensorProperties } from "../types";
import { addAlarms, markSelected, showAlarms } from "./alarms";
import { addNext, clearNext, showNext, type Shown } from "./next";
import { addNetworks, GROUPS, layersOfGroup, nameOf, type AssetFeature, type AssetProperties } from "./networks";
import { PointLayers } from "./points";
import { addSensors, SENSOR_LAYERS, showHealth } from "./sensors";
import { addShapes } from "./shapes";
import { style, type BaseMap } from "./style";
import { addWay, clearWay, showWay } from "./way";

setWorkerUrl(new URL("./maplibre-gl-worker.mjs", import.meta.url).href);

interface Sources {
  base: BaseMap;
  fontFaces: unknown[];
  assets: FeatureCollection<GeoJSON.Geometry, AssetProperties>;
  sensors: FeatureCollection<Point, SensorProperties>;
}

export class MapView {
  private readonly hidden = new Set<string>();
  private drawn: { alarm: Alarm; hypothesis: Hypothesis } | null = null;
  private ahead: { outlook: Outlook; shown: Shown } | null = null;
  private readonly popup = new Popup({ closeButton: false, closeOnClick: false, offset: 12, className: "hover" });
  readonly points: PointLayers;
  readonly sensorOfIndex: Map<number, SensorFeature>;
  private readonly assetOfCode: Map<string, AssetFeature>;

  private constructor(
    readonly map: MapLibre,
    private readonly sources: Sources,
    private readonly alarms: Alarms,
    private readonly language: string,
    selectAlarm: (id: string) => void,
  ) {
    this.sensorOfIndex = new Map(sources.sensors.features.map((one) => [one.properties.index, one]));
    this.assetOfCode = new Map(sources.assets.features.map((one) => [one.properties.code, one as AssetFeature]));
    this.points = new PointLayers(map);
    map.on("click", (event) => this.onClick(map.queryRenderedFeatures(event.point), selectAlarm));
    map.on("mousemove", (event) => this.onHover(map.queryRenderedFeatures(event.point), event.lngLat));
    map.on("mouseout", () => this.popup.remove());
    document.addEventListener("tocsin:theme", () => this.restyle());
  }

  static async create(box: HTMLElement, alarms: Alarms, selectAlarm: (id: string) => void): Promise<MapView> {
    const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    const address = (name: string): string => box.dataset[name]!;
    const [base, faces, assets, sensors] = await Promise.all([
      getJson<BaseMap>(address("baseUrl")),
      getJson<{ url: string }[]>(new URL("./font-faces.json", import.meta.url).href),
      getJson<Sources["assets"]>(address("assetsUrl")),
      getJson<Sources["sensors"]>(address("sensorsUrl")),
    ]);
    const fontFaces = faces.map((face) => ({ ...face, url: new URL(face.url, import.meta.url).href }));
    const map = new MapLibre({
      container: box,
      style: style(base, fontFaces, language),
      bounds: extent(sensors, assets),
      fitBoundsOptions: { padding: 60 },
      attributionControl: false,
      minZoom: 5,
      maxZoom: 19,
      dragRotate: false,
      pitchWithRotate: false,
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new AttributionControl({ compact: false, customAttribution: [base.source, address("notice")] }), "bottom-right");
    map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
    map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
    const view = new MapView(map, { base, fontFaces, assets, sensors }, alarms, language, selectAlarm);
    await new Promise<void>((done) => map.once("load", () => done()));
    view.addLayers();
    return view;
  }

  showAlarms(): void {
    showAlarms(this.map, this.alarms);
  }

  showHealth(changes: [number, string][]): void {
    for (const [index, health] of changes) {
      const sensor = this.sensorOfIndex.get(index);
      if (sensor) sensor.properties.health = health;
    }
    showHealth(this.map, changes.filter(([index]) => this.sensorOfIndex.has(index)));
  }

  takeReadings(readings: [number, number, number][]): void {
    for (const [index, ts, value] of readings) {
      const sensor = this.sensorOfIndex.get(index);
      if (sensor) Object.assign(sensor.properties, { ts, value });
    }
  }

  /** Room that panels take from the picture, in pixels. */
  setPadding(padding: { left: number; right: number; top: number; bottom: number }): void {
    this.map.setPadding(padding);
  }

  /** Everything that is watched, in the room that the panels leave. */
  showAll(): void {
    this.map.fitBounds(extent(this.sources.sensors, this.sources.assets), { padding: 24, duration: 0 });
  }

  select(alarm: Alarm | undefined): void {
    this.drawn = null;
    clearWay(this.map);
    markSelected(this.map, alarm);
  }

  flyTo(alarm: Alarm): void {
    if (alarm.lon !== null && alarm.lat !== null) this.map.flyTo({ center: [alarm.lon, alarm.lat], zoom: Math.max(15.5, this.map.getZoom()) });
  }

  showHypothesis(alarm: Alarm, hypothesis: Hypothesis): LngLatBounds | null {
    this.drawn = { alarm, hypothesis };
    return showWay(this.map, alarm, hypothesis, hypothesis.asset_code ? this.assetOfCode.get(hypothesis.asset_code) : undefined);
  }

  showNext(outlook: Outlook, shown: Shown): LngLatBounds | null {
    this.ahead = { outlook, shown };
    this.map.setLayoutProperty("way-label", "visibility", "none"); // the drawer names the cause; here its words would lie under these
    return showNext(this.map, outlook, shown, this.assetOfCode);
  }

  clearNext(): void {
    this.ahead = null;
    this.map.setLayoutProperty("way-label", "visibility", "visible");
    clearNext(this.map);
  }

  fit(bounds: LngLatBounds): void {
    this.map.fitBounds(bounds, { padding: Math.min(70, window.innerWidth / 9), maxZoom: 17 });
  }

  setGroup(group: string, visible: boolean): void {
    if (this.points.has(group)) return void this.points.show(group, visible);
    if (visible) this.hidden.delete(group);
    else this.hidden.add(group);
    this.applyGroup(group);
  }

  sensorsInSight(): SensorFeature[] {
    const bounds = this.map.getBounds();
    return [...this.sensorOfIndex.values()].filter((one) => bounds.contains(one.geometry.coordinates as [number, number]));
  }

  private addLayers(): void {
    addShapes(this.map);
    addNetworks(this.map, this.sources.assets);
    addWay(this.map);
    addSensors(this.map, this.sources.sensors);
    addNext(this.map);
    this.points.add();
    addAlarms(this.map, this.alarms);
    for (const group of this.hidden) this.applyGroup(group);
  }

  /** The whole style anew: it is a function of the theme. */
  private restyle(): void {
    this.map.setStyle(style(this.sources.base, this.sources.fontFaces, this.language), { diff: false });
    this.map.once("style.load", () => {
      this.addLayers();
      if (this.drawn) this.showHypothesis(this.drawn.alarm, this.drawn.hypothesis);
      if (this.ahead) this.showNext(this.ahead.outlook, this.ahead.shown);
    });
  }

  private applyGroup(group: string): void {
    const layers = GROUPS.includes(group) ? layersOfGroup(group) : group === "sensors" ? SENSOR_LAYERS : [group];
    for (const layer of layers) this.map.setLayoutProperty(layer, "visibility", this.hidden.has(group) ? "none" : "visible");
  }

  private onClick(found: MapGeoJSONFeature[], selectAlarm: (id: string) => void): void {
    const alarm = found.find((one) => one.layer.id === "alarms");
    if (alarm) return selectAlarm(String(alarm.properties.id));
    if (this.points.click(found)) return;
    const sensor = found.find((one) => one.layer.id === "sensors");
    if (sensor) return void location.assign(`/sensing/sensors/${String(sensor.properties.id)}/`);
    const cluster = found.find((one) => one.layer.id === "sensor-clusters");
    if (cluster) return void this.map.easeTo({ center: (cluster.geometry as Point).coordinates as [number, number], zoom: this.map.getZoom() + 2 });
    const asset = found.find((one) => one.source === "network-lines" || one.source === "network-points");
    if (asset) location.assign(`/lifelines/assets/${String(asset.properties.id)}/`);
  }

  private onHover(found: MapGeoJSONFeature[], at: { lng: number; lat: number }): void {
    const words = found.map((one) => this.describe(one)).find((one) => one !== null);
    this.map.getCanvas().style.cursor = words ? "pointer" : "";
    if (!words) return void this.popup.remove();
    const box = document.createElement("div");
    for (const [index, line] of words.entries()) box.append(Object.assign(document.createElement(index ? "span" : "strong"), { textContent: line }));
    this.popup.setLngLat(at).setDOMContent(box).addTo(this.map);
  }

  private describe(one: MapGeoJSONFeature): string[] | null {
    if (this.points.has(one.layer.id)) return this.points.describe(one);
    if (one.layer.id === "alarms") {
      const alarm = this.alarms.byId.get(String(one.properties.id));
      return alarm ? [alarm.title, alarm.place, text(`state_${alarm.state}`)] : null;
    }
    if (one.layer.id === "sensors") {
      const sensor = this.sensorOfIndex.get(Number(one.properties.index))?.properties;
      if (!sensor) return null;
      const value = sensor.value === null ? "–" : `${Number(sensor.value.toPrecision(4))} ${sensor.unit}`;
      return [sensor.name, `${value}  ${sensor.ts ? formatTime(sensor.ts, "seconds") : ""}`, text(`health_${sensor.health}`)];
    }
    if (one.source === "network-lines" || one.source === "network-points") {
      const { code, kind, owner_code: owner } = one.properties as AssetProperties;
      return [nameOf(one.properties as AssetProperties, "name") || code, text(`kind_${kind}`), owner ? text(`owner_${owner}`) : ""].filter(Boolean);
    }
    return null;
  }
}

/** The middle of what is watched: nine tenths of the sensors, else of the networks, else the province. */
function extent(sensors: Sources["sensors"], assets: Sources["assets"]): [number, number, number, number] {
  const points = sensors.features.length
    ? sensors.features.map((one) => one.geometry.coordinates)
    : assets.features.filter((one) => one.geometry.type === "Point").map((one) => (one.geometry as Point).coordinates);
  if (!points.length) return [114.8, 34.4, 122.7, 38.4];
  const bound = (axis: number, share: number): number => points.map((one) => one[axis]!).sort((a, b) => a - b)[Math.floor((points.length - 1) * share)]!;
  return [bound(0, 0.02), bound(1, 0.02), bound(0, 0.98), bound(1, 0.98)];
}

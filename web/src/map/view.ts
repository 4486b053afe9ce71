/** The map itself: made once, made anew on a change of theme, with the panels' sizes as its padding. */
import { NavigationControl, ScaleControl, type LngLatBounds, type Map as MapLibre, type MapGeoJSONFeature } from "maplibre-gl";
import type { FeatureCollection, Point } from "geojson";
import type { Alarms } from "../alarms";
import { getJson } from "../api";
import { formatTime } from "../clock";
import { text } from "../texts";
import type { Alarm, Hypothesis, Outlook, SensorFeature, SensorProperties } from "../types";
import { addAlarms, markSelected, showAlarms } from "./alarms";
import { AreaLayers } from "./areas";
import { boundsOf, type Bounds } from "./bounds";
import { buildMap, HoverWords, keepLayers, readGround } from "./build";
import { addNext, clearNext, showNext, type Shown } from "./next";
import { addNetworks, GROUPS, layersOfGroup, nameOf, type AssetFeature, type AssetProperties } from "./networks";
import { PointLayers } from "./points";
import { addSensors, SENSOR_LAYERS, showHealth } from "./sensors";
import { addShapes, drawSamples } from "./shapes";
import { addWay, clearWay, showWay } from "./way";

interface Sources {
  assets: FeatureCollection<GeoJSON.Geometry, AssetProperties>;
  sensors: FeatureCollection<Point, SensorProperties>;
}

export class MapView {
  private readonly hidden = new Set<string>();
  private drawn: { alarm: Alarm; hypothesis: Hypothesis } | null = null;
  private ahead: { outlook: Outlook; shown: Shown } | null = null;
  private readonly hover: HoverWords;
  readonly points: PointLayers;
  readonly areas: AreaLayers;
  readonly sensorOfIndex: Map<number, SensorFeature>;
  private readonly assetOfCode: Map<string, AssetFeature>;

  private constructor(
    readonly map: MapLibre,
    private readonly sources: Sources,
    private readonly alarms: Alarms,
    selectAlarm: (id: string) => void,
  ) {
    this.sensorOfIndex = new Map(sources.sensors.features.map((one) => [one.properties.index, one]));
    this.assetOfCode = new Map(sources.assets.features.map((one) => [one.properties.code, one as AssetFeature]));
    this.points = new PointLayers(map);
    this.areas = new AreaLayers(map);
    this.hover = new HoverWords(map);
    map.on("click", (event) => this.onClick(map.queryRenderedFeatures(event.point), selectAlarm));
    map.on("mousemove", (event) => this.onHover(map.queryRenderedFeatures(event.point), event.lngLat));
    map.on("mouseout", () => this.hover.hide());
  }

  static async create(box: HTMLElement, alarms: Alarms, selectAlarm: (id: string) => void): Promise<MapView> {
    const [ground, assets, sensors] = await Promise.all([
      readGround(box),
      getJson<Sources["assets"]>(box.dataset.assetsUrl!),
      getJson<Sources["sensors"]>(box.dataset.sensorsUrl!),
    ]);
    const map = buildMap(
      box,
      ground,
      { bounds: extent({ assets, sensors }), fitBoundsOptions: { padding: 60 }, maxZoom: 19 },
      false,
    );
    map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
    map.addControl(new NavigationControl({ showCompass: false }), "bottom-right");
    const view = new MapView(map, { assets, sensors }, alarms, selectAlarm);
    await keepLayers(
      map,
      ground,
      () => view.addLayers(),
      () => view.drawAgain(),
    );
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
    showHealth(
      this.map,
      changes.filter(([index]) => this.sensorOfIndex.has(index)),
    );
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
    this.map.fitBounds(extent(this.sources), { padding: 24, duration: 0 });
  }

  select(alarm: Alarm | undefined): void {
    this.drawn = null;
    clearWay(this.map);
    markSelected(this.map, alarm);
  }

  flyTo(alarm: Alarm): void {
    if (alarm.lon !== null && alarm.lat !== null)
      this.map.flyTo({ center: [alarm.lon, alarm.lat], zoom: Math.max(15.5, this.map.getZoom()) });
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
    if (this.areas.has(group)) return void this.areas.show(group, visible);
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
    drawSamples();
    this.areas.add();
    addNetworks(this.map, this.sources.assets);
    addWay(this.map);
    addSensors(this.map, this.sources.sensors);
    addNext(this.map);
    this.points.add();
    addAlarms(this.map, this.alarms);
    for (const group of this.hidden) this.applyGroup(group);
  }

  /** What was drawn for one alarm, after a change of theme. */
  private drawAgain(): void {
    if (this.drawn) this.showHypothesis(this.drawn.alarm, this.drawn.hypothesis);
    if (this.ahead) this.showNext(this.ahead.outlook, this.ahead.shown);
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
    if (cluster)
      return void this.map.easeTo({
        center: (cluster.geometry as Point).coordinates as [number, number],
        zoom: this.map.getZoom() + 2,
      });
    const asset = found.find((one) => one.source === "network-lines" || one.source === "network-points");
    if (asset) return void location.assign(`/lifelines/assets/${String(asset.properties.id)}/`);
    this.areas.click(found);
  }

  private onHover(found: MapGeoJSONFeature[], at: { lng: number; lat: number }): void {
    const words = found.map((one) => this.describe(one)).find((one) => one !== null);
    if (words) this.hover.show(words, at);
    else this.hover.hide();
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
      return [
        nameOf(one.properties as AssetProperties, "name") || code,
        text(`kind_${kind}`),
        owner ? text(`owner_${owner}`) : "",
      ].filter(Boolean);
    }
    return this.areas.describe(one);
  }
}

/** The middle of what is watched: nine tenths of the sensors, else of the networks, else the province. */
function extent({ sensors, assets }: Sources): Bounds {
  if (sensors.features.length)
    return boundsOf(
      sensors.features.map((one) => one.geometry.coordinates),
      0.02,
    );
  const points = assets.features.filter((one) => one.geometry.type === "Point");
  return boundsOf(
    points.map((one) => (one.geometry as Point).coordinates),
    0.02,
  );
}

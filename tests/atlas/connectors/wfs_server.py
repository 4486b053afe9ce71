"""A Web Feature Service as tests need it: it answers as GeoServer 2.x and MapServer 8 do, with hydrants of its own."""

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.atlas.connectors.server import Answer, Asked

COUNT = 23
NAMES = [f"{number:03d}" for number in range(COUNT)]  # which a reader that guesses kinds would make numbers

GEOSERVER = """<?xml version="1.0" encoding="UTF-8"?>
<wfs:WFS_Capabilities version="2.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://www.opengis.net/wfs/2.0"
 xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:qd="http://qd.example.cn"
 xsi:schemaLocation="http://www.opengis.net/wfs/2.0 http://inside.example.cn/geoserver/schemas/wfs/2.0/wfs.xsd">
<ows:ServiceIdentification><ows:Title>消防</ows:Title><ows:ServiceTypeVersion>2.0.0</ows:ServiceTypeVersion></ows:ServiceIdentification>
<ows:OperationsMetadata>
<ows:Operation name="GetFeature"><ows:DCP><ows:HTTP><ows:Get xlink:href="http://inside.example.cn/geoserver/wfs"
 xmlns:xlink="http://www.w3.org/1999/xlink"/></ows:HTTP></ows:DCP>
<ows:Parameter name="resultType"><ows:AllowedValues><ows:Value>results</ows:Value><ows:Value>hits</ows:Value></ows:AllowedValues>
</ows:Parameter>
<ows:Parameter name="outputFormat"><ows:AllowedValues>{formats}</ows:AllowedValues></ows:Parameter>
</ows:Operation></ows:OperationsMetadata>
<FeatureTypeList>
<FeatureType xmlns:qd="http://qd.example.cn"><Name>qd:hydrants</Name><Title>消火栓</Title><DefaultCRS>{system}</DefaultCRS>
<ows:WGS84BoundingBox><ows:LowerCorner>120.0 36.0</ows:LowerCorner><ows:UpperCorner>121.0 37.0</ows:UpperCorner>
</ows:WGS84BoundingBox></FeatureType>
<FeatureType xmlns:qd="http://qd.example.cn"><Name>qd:pumps</Name><Title>泵</Title><DefaultCRS>{system}</DefaultCRS></FeatureType>
</FeatureTypeList></wfs:WFS_Capabilities>"""
MAPSERVER = """<?xml version='1.0' encoding="UTF-8" ?>
<wfs:WFS_Capabilities xmlns:gml="http://www.opengis.net/gml" xmlns:wfs="http://www.opengis.net/wfs" xmlns:ows="http://www.opengis.net/ows"
 xmlns="http://www.opengis.net/wfs" version="1.1.0">
  <!-- MapServer version 8.4.0 OUTPUT=PNG SUPPORTS=PROJ INPUT=POSTGIS -->
  <ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:Parameter name="outputFormat">{formats}</ows:Parameter>
  </ows:Operation></ows:OperationsMetadata>
  <FeatureTypeList><Operations><Operation>Query</Operation></Operations>
    <FeatureType><Name>hydrants</Name><Title>Hydrants</Title><DefaultSRS>{system}</DefaultSRS></FeatureType>
  </FeatureTypeList></wfs:WFS_Capabilities>"""
GML_32 = """<?xml version="1.0" encoding="UTF-8"?><wfs:FeatureCollection xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:qd="http://qd.example.cn"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" numberMatched="{matched}" numberReturned="{count}" timeStamp="{moment}"
 xsi:schemaLocation="http://qd.example.cn {url}/schema http://www.opengis.net/wfs/2.0 {url}/wfs.xsd">
{members}</wfs:FeatureCollection>"""
GML_31 = """<?xml version='1.0' encoding="UTF-8" ?>
<wfs:FeatureCollection xmlns:ms="http://mapserver.gis.umn.edu/mapserver" xmlns:gml="http://www.opengis.net/gml"
 xmlns:wfs="http://www.opengis.net/wfs" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {hits}
 xsi:schemaLocation="http://mapserver.gis.umn.edu/mapserver {url}/schema">
{members}</wfs:FeatureCollection>"""
MEMBER_32 = """<wfs:member><qd:hydrants gml:id="hydrants.{number}"><qd:编号>{name}</qd:编号><qd:flow>{flow}</qd:flow>
<qd:the_geom><gml:Point srsName="{system}" srsDimension="2"><gml:pos>{place}</gml:pos></gml:Point></qd:the_geom>
</qd:hydrants></wfs:member>"""
MEMBER_31 = """<gml:featureMember><ms:hydrants gml:id="hydrants.{number}">
<gml:boundedBy><gml:Envelope srsName="{system}">
<gml:lowerCorner>{place}</gml:lowerCorner><gml:upperCorner>{place}</gml:upperCorner></gml:Envelope></gml:boundedBy>
<ms:msGeometry><gml:Point srsName="{system}"><gml:pos>{place}</gml:pos></gml:Point></ms:msGeometry>
<ms:编号>{name}</ms:编号><ms:flow>{flow}</ms:flow></ms:hydrants></gml:featureMember>"""
EXCEPTION = """<?xml version="1.0" encoding="UTF-8"?>
<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0">
<ows:Exception exceptionCode="{code}" locator="{place}"><ows:ExceptionText>{words}</ows:ExceptionText>
</ows:Exception></ows:ExceptionReport>"""
METRES = {"EPSG:4549": (4_000_000.0, 500_000.0)}  # a belt of three degrees about 120° E: northing and easting of hydrant 0


@dataclass
class Service:
    """How one service behaves. `systems`: those that it computes; `limit`: features that it sends at most at once."""

    url: str
    version: str = "2.0.0"
    formats: tuple[str, ...] = ("application/gml+xml; version=3.2", "text/xml; subtype=gml/3.2")
    system: str = "urn:ogc:def:crs:EPSG::4326"
    computes: bool = True
    limit: int = 1000
    ignores_start: bool = False
    tells_matched: bool = True
    lost: int = 0  # features that it counts and never sends
    moment: int = 0

    def answer(self, asked: Asked) -> Answer:
        """An answer to any question."""
        told = {name.lower(): values[0] for name, values in asked.query.items()}
        content = self._capabilities() if told["request"] == "GetCapabilities" else self._features(told)
        return 200, {"Content-Type": "text/xml" if content.startswith("<") else "application/json"}, content.encode()

    def _capabilities(self) -> str:
        formats = "".join(f"<ows:Value>{escape(one)}</ows:Value>" for one in self.formats)
        return (GEOSERVER if self.version == "2.0.0" else MAPSERVER).format(formats=formats, system=self.system)

    def _features(self, told: dict[str, str]) -> str:
        system = told.get("srsname", self.system)
        if system != self.system and not self.computes:
            return EXCEPTION.format(code="InvalidParameterValue", place="srsName", words=f"{system} is not offered")
        begin = 0 if self.ignores_start else int(told.get("startindex", 0))
        most = min(int(told.get("count", told.get("maxfeatures", COUNT))), self.limit)
        numbers = list(range(begin, min(begin + most, COUNT - self.lost)))
        self.moment += 1
        if told.get("resulttype") == "hits":
            return self._gml([], system, f'numberOfFeatures="{COUNT}"' if self.tells_matched else "")
        if "json" in told.get("outputformat", ""):
            return self._json(numbers, system)
        return self._gml(numbers, system, "")

    def _gml(self, numbers: list[int], system: str, hits: str) -> str:
        member = MEMBER_32 if self.version == "2.0.0" else MEMBER_31
        members = [
            member.format(number=number, name=NAMES[number], flow=number / 2, system=system, place=_place(number, system))
            for number in numbers
        ]
        if self.version == "1.1.0":
            return GML_31.format(hits=hits, url=self.url, members="".join(members))
        matched = COUNT if self.tells_matched else "unknown"
        moment = f"2026-11-28T08:00:{self.moment % 60:02d}Z"
        return GML_32.format(matched=matched, count=len(numbers), moment=moment, url=self.url, members="".join(members))

    def _json(self, numbers: list[int], system: str) -> str:
        features = []
        for number in numbers:
            east, north = _east_north(number, system)
            place = {"type": "Point", "coordinates": [east, north]}
            row = {"编号": NAMES[number], "flow": number / 2}
            one = {
                "type": "Feature",
                "id": f"hydrants.{number}",
                "geometry": place,
                "geometry_name": "the_geom",
                "properties": row,
            }
            features.append(one)
        matched: dict[str, object] = {"totalFeatures": COUNT, "numberMatched": COUNT} if self.tells_matched else {}
        named = {"type": "name", "properties": {"name": system}}
        return json.dumps(
            {"type": "FeatureCollection", "features": features, **matched, "numberReturned": len(numbers), "crs": named}
        )


def _east_north(number: int, system: str) -> tuple[float, float]:
    known = next((one for name, one in METRES.items() if name.rpartition(":")[2] in system), None)
    if known:
        return known[1] + number * 100, known[0]
    return round(120.0 + number / 100, 4), 36.1


def _place(number: int, system: str) -> str:
    """As GML writes a place: latitude or northing first where the system is named by its URN."""
    east, north = _east_north(number, system)
    return f"{north} {east}" if system.startswith("urn:") else f"{east} {north}"

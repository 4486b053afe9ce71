"""A real RTSP server (GStreamer's) with drawn streams: `/usr/bin/python3 rtsp_server.py` prints two ports and serves.

The first is open and has /h264 and /h265; the second has /h264 and asks for admin with the password 12345. Run by Debian's
Python, which has GStreamer's bindings: python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-base, -good, -bad and -ugly.
"""

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 - behind the versions

PICTURE = "videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=10/1"
H264 = f"( {PICTURE} ! x264enc key-int-max=5 tune=zerolatency speed-preset=ultrafast ! rtph264pay name=pay0 pt=96 )"
H265 = f"( {PICTURE} ! x265enc key-int-max=5 tune=zerolatency speed-preset=ultrafast ! rtph265pay name=pay0 pt=97 )"


def serve(streams: dict[str, str], auth: GstRtspServer.RTSPAuth | None = None) -> int:
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    for path, launch in streams.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(launch)
        factory.set_shared(True)
        if auth is not None:
            structure = Gst.Structure.new_empty("user")
            structure.set_value("media.factory.access", True)
            structure.set_value("media.factory.construct", True)
            factory.add_role_from_structure(structure)
        server.get_mount_points().add_factory(path, factory)
    if auth is not None:
        server.set_auth(auth)
    server.attach(None)
    kept.append(server)
    return server.get_bound_port()


Gst.init(None)
kept: list[GstRtspServer.RTSPServer] = []
token = GstRtspServer.RTSPToken()
token.set_string("media.factory.role", "user")
digest = GstRtspServer.RTSPAuth()
digest.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
digest.add_digest("admin", "12345", token)
print(serve({"/h264": H264, "/h265": H265}), serve({"/h264": H264}, digest), flush=True)
GLib.MainLoop().run()

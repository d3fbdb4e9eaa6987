# An engine that takes a stream by RECORD: engine.py PORT FOLDER writes its pictures there, and
# engine.py PORT FOLDER sound its sound, too, as samples.
import sys
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
server = GstRtspServer.RTSPServer(address="127.0.0.1", service=sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory()
factory.set_transport_mode(GstRtspServer.RTSPTransportMode.RECORD)
launch = "rtpjpegdepay name=depay0 ! jpegparse ! multifilesink location=%s/%%d.jpg" % sys.argv[2]
if "sound" in sys.argv:
    launch += " rtpopusdepay name=depay1 ! opusdec ! audioconvert ! audio/x-raw,format=S16LE,channels=1 ! filesink buffer-mode=2 location=%s/sound" % sys.argv[2]
factory.set_launch("( %s )" % launch)
server.get_mount_points().add_factory("/cam", factory)
server.attach(None)
print("ready", flush=True)
GLib.MainLoop().run()

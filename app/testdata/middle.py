# middle.py FILE seeks to the middle of a film by OpenCV and by GStreamer, and prints a line
# for each: the length and where it came to, in seconds.
import sys

import cv2
import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst

film = cv2.VideoCapture(sys.argv[1])
length = film.get(cv2.CAP_PROP_FRAME_COUNT) / film.get(cv2.CAP_PROP_FPS)
film.set(cv2.CAP_PROP_POS_MSEC, 1000 * length / 2)
read, _ = film.read()
print("OpenCV", length, film.get(cv2.CAP_PROP_POS_MSEC) / 1000 if read else -1)

Gst.init(None)
player = Gst.parse_launch("filesrc name=file ! matroskademux ! jpegdec ! appsink name=sink sync=false")
player.get_by_name("file").set_property("location", sys.argv[1])
player.set_state(Gst.State.PAUSED)
player.get_state(20 * Gst.SECOND)
_, length = player.query_duration(Gst.Format.TIME)
player.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH | Gst.SeekFlags.ACCURATE, length // 2)
player.get_state(20 * Gst.SECOND)
shown = player.get_by_name("sink").emit("pull-preroll")
print("GStreamer", length / 1e9, shown.get_buffer().pts / 1e9)
player.set_state(Gst.State.NULL)

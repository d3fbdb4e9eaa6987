"""The design of "Flask Video Streaming Revisited", written anew from its description, without Flask.

A thread takes the pictures from the camera and wakes every viewer's event; each viewer is a greenlet of gunicorn's
gevent worker that sends the newest picture. The thread ends ten seconds after the last viewer.
Run with: PICTURES=FOLDER FPS=30 gunicorn -k gevent -w 1 seed:app
"""
import glob
import os
import threading
import time

pictures = [open(name, "rb").read() for name in sorted(glob.glob(os.environ["PICTURES"] + "/*.jpg"))]
state = {"frame": None, "last": 0.0, "thread": None}
events = {}


def camera():
    due, turn = time.time(), 0
    while time.time() - state["last"] < 10:
        state["frame"] = pictures[turn % len(pictures)]
        for event in list(events.values()):
            event.set()
        turn, due = turn + 1, due + 1 / float(os.environ["FPS"])
        time.sleep(max(0, due - time.time()))
    state["thread"] = None


def frames():
    event = events.setdefault(threading.get_ident(), threading.Event())
    try:
        while True:
            state["last"] = time.time()
            event.wait()
            event.clear()
            yield b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + state["frame"] + b"\r\n"
    finally:
        events.pop(threading.get_ident(), None)


def app(environ, start_response):
    state["last"] = time.time()
    if state["thread"] is None:
        state["thread"] = threading.Thread(target=camera)
        state["thread"].start()
    start_response("200 OK", [("Content-Type", "multipart/x-mixed-replace; boundary=frame")])
    return frames()

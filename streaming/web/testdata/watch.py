"""Watches a stream with nothing but Python's standard library.

usage: watch.py URL PASSCODE COUNT FOLDER

Leaves so many pictures in the folder, and exits with an error where the stream
is not as RFC 2046 and its own part headers say.
"""

import sys
import urllib.request
from http.client import parse_headers

url, passcode, count, folder = sys.argv[1:]
# The passcode goes out only once the server has asked for it.
passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
passwords.add_password(None, url, "me", passcode)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPBasicAuthHandler(passwords))

with opener.open(url, timeout=30) as stream:
    assert stream.headers.get_content_type() == "multipart/x-mixed-replace", stream.headers
    delimiter = b"--" + stream.headers.get_boundary().encode() + b"\r\n"
    line = stream.readline()
    assert line == delimiter, line
    before = 0.0
    for n in range(int(count)):
        part = parse_headers(stream)
        assert part.get_content_type() == "image/jpeg", part
        jpeg = stream.read(int(part["Content-Length"]))
        assert jpeg[:2] == b"\xff\xd8" and jpeg[-2:] == b"\xff\xd9", (len(jpeg), jpeg[:2], jpeg[-2:])
        taken = float(part["X-Timestamp"])
        assert taken > before, (taken, before)
        before = taken
        end = stream.readline(), stream.readline()
        assert end == (b"\r\n", delimiter), end
        with open(f"{folder}/{n:03}.jpg", "wb") as file:
            file.write(jpeg)

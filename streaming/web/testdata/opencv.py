"""Watches a stream with OpenCV: opencv.py URL COUNT FOLDER"""

import sys

import cv2

url, count, folder = sys.argv[1:]
stream = cv2.VideoCapture(url)
assert stream.isOpened(), "the stream cannot be opened"
for n in range(int(count)):
    read, picture = stream.read()
    assert read, f"picture {n} cannot be read"
    cv2.imwrite(f"{folder}/{n:03}.png", picture)
stream.release()

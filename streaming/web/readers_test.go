package web

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"image/jpeg"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fanlight/assets"
	"fanlight/streaming/streamtest"
)

// A reader reads one picture from a stream as a known program does, with its faults.
type reader func(answer *http.Response) ([]byte, error)

// homeAssistant is Home Assistant's MJPEG camera where it has no address of a
// still picture: homeassistant/components/mjpeg/camera.py,
// async_extract_image_from_mjpeg with BUFFER_SIZE, as of 2023; extract_image_from_mjpeg
// before it, at commit 6159b822, does the same. All that has come in pieces of 102,400
// bytes is searched for the first end of a picture and the first start of one.
func homeAssistant(answer *http.Response) ([]byte, error) {
	var data []byte
	for chunk := make([]byte, 102400); ; {
		n, err := answer.Body.Read(chunk)
		if err != nil {
			return nil, err
		}
		data = append(data, chunk[:n]...)
		end := bytes.Index(data, []byte("\xff\xd9"))
		if end < 0 {
			continue
		}
		start := bytes.Index(data, []byte("\xff\xd8"))
		if start < 0 {
			continue
		}
		if end < start {
			return nil, nil // Python's data[start:end+2]
		}
		return data[start : end+2], nil
	}
}

// obico is the plugin OctoPrint-Obico where it has no address of a snapshot:
// octoprint_obico/webcam_capture.py, capture_jpeg and MjpegStreamChunker, at
// commit 028cd05d. The first line is the delimiter, and what lies between two such
// lines is a part; the line end before the second one stays with the picture.
func obico(answer *http.Response) ([]byte, error) {
	lines := bufio.NewReader(answer.Body)
	var delimiter, part []byte
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		if delimiter == nil {
			delimiter = line
		} else if bytes.Equal(line, delimiter) {
			break
		}
		part = append(part, line...)
		if len(part) > 5000000 {
			return nil, fmt.Errorf("payload is too large: %d bytes", len(part))
		}
	}
	header := bytes.Index(part, []byte("\r\n\r\n"))
	if header <= 0 {
		return nil, fmt.Errorf("wrong data format: %.200q", part)
	}
	return part[header+4:], nil
}

// octoEverywhere is the plugin OctoPrint-OctoEverywhere where no snapshot comes:
// octoeverywhere/Webcam/webcamutil.py, GetSnapshotFromStream, at commit 57e34de3.
// The part's header must end within the first 300 bytes, and gives the length.
func octoEverywhere(answer *http.Response) ([]byte, error) {
	if kind := answer.Header.Get("Content-Type"); !strings.HasPrefix(strings.ToLower(kind), "multipart/") {
		return nil, fmt.Errorf("not correct content type: %s", kind)
	}
	data := make([]byte, 300)
	if _, err := io.ReadFull(answer.Body, data); err != nil {
		return nil, err
	}
	header := bytes.Index(data, []byte("\r\n\r\n"))
	if header < 0 {
		return nil, fmt.Errorf("no end of headers found: %q", data)
	}
	length, kind := 0, ""
	for line := range strings.SplitSeq(string(data), "\r\n") {
		name, value, found := strings.Cut(line, ":")
		if !found || strings.Contains(value, ":") {
			continue
		}
		switch name, value = strings.ToLower(name), strings.TrimSpace(value); {
		case strings.HasPrefix(name, "content-type"):
			kind = value
		case strings.HasPrefix(name, "content-length"):
			length, _ = strconv.Atoi(value)
		}
		if length > 0 && kind != "" {
			break
		}
	}
	if length == 0 || kind != "image/jpeg" {
		return nil, fmt.Errorf("failed to find the frame size or content type: %q", data)
	}
	if all := header + 4 + length; all > len(data) {
		rest := make([]byte, all-len(data))
		if _, err := io.ReadFull(answer.Body, rest); err != nil {
			return nil, err
		}
		data = append(data, rest...)
	}
	return data[header+4:][:length], nil
}

var readers = map[string]reader{"Home Assistant": homeAssistant, "Obico": obico, "OctoEverywhere": octoEverywhere}

func TestReadersOfHomeAssistantAndOctoPrintFindWholePictures(t *testing.T) {
	h := serve(t, 0)
	for _, picture := range [][]byte{streamtest.Tiny[0], slide(1), assets.Emulated()[0], padded(assets.Emulated()[1], 300_000)} {
		h.bench.Picture.Store(&picture)
		for name, read := range readers {
			for _, path := range streamRoutes {
				got := h.readUntil(t, read, path, picture)
				if rest, found := bytes.CutPrefix(got, picture); !found || strings.Trim(string(rest), "\r\n") != "" {
					t.Errorf("%s at %s: %d bytes, want these %d", name, path, len(got), len(picture))
				}
			}
		}
	}
}

// readUntil asks for streams until the picture that the camera has changed to is
// the one that comes first, and returns what the reader makes of that stream.
func (h *house) readUntil(t *testing.T, read reader, path string, picture []byte) []byte {
	t.Helper()
	eventually(t, "the picture to be shown", func() bool {
		frame := h.feed.Newest()
		if frame == nil {
			h.get(t, "GET", "/snapshot.jpg").Body.Close() // turns the camera on
		}
		return frame != nil && bytes.Equal(frame.JPEG, picture)
	})
	answer := h.get(t, "GET", path)
	defer answer.Body.Close()
	got, err := read(answer)
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return got
}

// TestPictureWithAThumbnail has a picture with another one in its EXIF header, as cameras
// write it. Home Assistant cuts such a picture at the thumbnail's end, unless it has the
// address of the snapshot too.
func TestPictureWithAThumbnail(t *testing.T) {
	h := serve(t, 0)
	picture := withThumbnail(slide(1), slide(2))
	if _, err := jpeg.Decode(bytes.NewReader(picture)); err != nil {
		t.Fatal(err)
	}
	h.bench.Picture.Store(&picture)
	for name, read := range readers {
		got := h.readUntil(t, read, "/stream.mjpg", picture)
		_, err := jpeg.Decode(bytes.NewReader(got))
		if fooled := err != nil; fooled != (name == "Home Assistant") {
			t.Errorf("%s: %d of %d bytes, %v", name, len(got), len(picture), err)
		}
	}
	for _, path := range []string{"/snapshot.jpg", "/?action=snapshot"} {
		got := octoPrintSnapshot(t, h, path)
		if !bytes.Equal(got, picture) {
			t.Errorf("%s: %d of %d bytes", path, len(got), len(picture))
		}
	}
}

// octoPrintSnapshot takes a picture as OctoPrint does for its timelapses:
// src/octoprint/plugins/classicwebcam/__init__.py, take_webcam_snapshot, at commit
// 8082c115: any status below 400, and the body in pieces of 1,024 bytes. OctoPrint
// itself never reads the stream: its page hands the address to the browser.
func octoPrintSnapshot(t *testing.T, h *house, path string) (all []byte) {
	t.Helper()
	answer := h.get(t, "GET", path)
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		t.Fatalf("%s: %s", path, answer.Status)
	}
	for chunk := make([]byte, 1024); ; {
		n, err := io.ReadFull(answer.Body, chunk)
		all = append(all, chunk[:n]...)
		if err != nil {
			return all
		}
	}
}

// withThumbnail puts an EXIF segment with another picture behind the start of a picture.
func withThumbnail(picture, thumbnail []byte) []byte {
	return withSegment(picture, 0xE1, slices.Concat([]byte("Exif\x00\x00"), thumbnail))
}

// padded makes a picture larger by so many bytes of comments.
func padded(picture []byte, bytes int) []byte {
	for most := 60_000; bytes > 0; bytes -= most {
		picture = withSegment(picture, 0xFE, make([]byte, min(bytes, most)))
	}
	return picture
}

// withSegment puts a segment behind the start of a picture (ITU-T T.81, B.1.1.4).
func withSegment(picture []byte, code byte, content []byte) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, code}, uint16(2+len(content)))
	return slices.Concat(picture[:2], segment, content, picture[2:])
}

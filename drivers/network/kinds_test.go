package network_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/drivertest"
)

// What begins like a picture is one, whatever the Content-Type says. An answer with one
// picture is a still, which is requested again.
func TestStillsByTheirFirstBytes(t *testing.T) {
	picture := string(assets.Emulated()[1])
	noEnd := strings.TrimSuffix(picture, "\xFF\xD9")
	for _, test := range []struct{ name, header, body string }{
		{"image/jpg", "Content-Type: image/jpg\r\nContent-Length: %d", picture},
		{"image/pjpeg", "Content-Type: image/pjpeg\r\nContent-Length: %d", picture},
		{"a charset", "Content-Type: image/jpeg; charset=\"UTF-8\"\r\nContent-Length: %d", picture},
		{"no type", "Content-Length: %d", picture},
		{"no type, no length", "Server: camera", picture},
		{"bytes", "Content-Type: application/octet-stream\r\nContent-Length: %d", picture},
		{"PHP", "Content-Type: text/html; charset=UTF-8", picture},
		{"PNG", "Content-Type: image/png\r\nContent-Length: %d", picture},
		{"in a chunk", "Transfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(picture), picture)},
		{"called multipart", "Content-Type: multipart/x-mixed-replace; boundary=frame\r\nContent-Length: %d", picture},
		{"one part", "Content-Type: multipart/x-mixed-replace; boundary=frame", "--frame\r\nContent-Type: image/jpeg\r\n\r\n" + picture + "\r\n--frame--\r\n"},
		{"one part, then the end", "Content-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n--frame\r\nContent-Length: %d", noEnd},
		{"one part, called a picture", "Content-Type: image/jpeg", "--frame\r\nContent-Type: image/jpeg\r\n\r\n" + picture + "\r\n--frame\r\n"},
		{"no end", "Content-Type: image/jpeg\r\nContent-Length: %d", noEnd},
		{"an empty line in front", "Content-Type: image/jpeg\r\nContent-Length: %d", "\r\n" + picture},
		{"its length in front", "Content-Type: image/jpeg\r\nContent-Length: %d", "\x00\x01\x02\x03" + picture},
	} {
		camera := raw(t, "HTTP/1.1 200 OK\r\nConnection: close\r\n"+strings.ReplaceAll(test.header, "%d", strconv.Itoa(len(test.body)))+"\r\n\r\n"+test.body, nil)
		n := 0
		for got, err := range drivertest.Find(t, camera+"/").Frames(t.Context(), drivers.Want{Mode: drivers.Mode{FPS: 100}}) {
			if err != nil {
				t.Fatalf("%s: after %d pictures: %v", test.name, n, err)
			}
			if !strings.HasSuffix(string(got.JPEG), picture) || len(got.JPEG) > len(picture)+4 {
				t.Errorf("%s: a picture of %d bytes, not %d", test.name, len(got.JPEG), len(picture))
			}
			if n++; n == 3 {
				break
			}
		}
		if n != 3 {
			t.Errorf("%s: %d pictures", test.name, n)
		}
	}
}

// What is called a picture and is none is named by its first bytes.
func TestNoPictureByItsFirstBytes(t *testing.T) {
	for _, test := range []struct{ name, header, body, want string }{
		{"a PNG", "Content-Type: image/jpeg", "\x89PNG\r\n\x1a\n", "/still sends image/png, not an MJPEG stream"},
		{"a page", "Content-Type: image/jpeg", "<html>log in", "/still is a page, not a stream"},
		{"text", "Server: camera", "no signal", "/still sends text/plain, not"},
		{"a cut picture", "Content-Type: image/jpeg", string(assets.Emulated()[0][:5000]), "has ended the stream"},
	} {
		camera := raw(t, "HTTP/1.1 200 OK\r\nConnection: close\r\n"+test.header+"\r\n\r\n"+test.body, nil)
		if got := drivertest.Failure(t, camera+"/still"); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q\nwant it to say %q", test.name, got, test.want)
		}
	}
}

// A still says of which size it is and how often it is requested.
func TestStillIsGranted(t *testing.T) {
	camera := newWebCamera(t)
	for _, test := range []struct{ asked, want float64 }{{0, 1}, {50, 50}} {
		var granted []drivers.Mode
		n := 0
		want := drivers.Want{Mode: drivers.Mode{FPS: test.asked}, Granted: func(m drivers.Mode) { granted = append(granted, m) }}
		for _, err := range drivertest.Find(t, camera.URL+"/still.jpg").Frames(t.Context(), want) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n == 2 || test.asked == 0 {
				break
			}
		}
		if len(granted) != 1 || granted[0] != (drivers.Mode{Width: 1280, Height: 720, FPS: test.want}) {
			t.Errorf("asked for %v fps, granted %+v", test.asked, granted)
		}
	}
}

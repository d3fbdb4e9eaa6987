package web

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fanlight/assets"
)

// slowDownload begins to read a recording of a house where an answer may take 0.3 s. It reads
// a few bytes at a time until it has as many as it is asked for, and returns how many came.
func slowDownload(t *testing.T) (h *house, size int, read func(enough int) (got int)) {
	t.Helper()
	h, dir := filmHouseBehind(t, Options{}, func(h *house, l net.Listener) net.Listener {
		h.server.waits.answer = 300 * time.Millisecond
		return narrow{l}
	}, assets.Emulated()[0])
	h.stream.ShowRecordings(true)
	stat, err := os.Stat(filepath.Join(dir, "door.mkv"))
	if err != nil {
		t.Fatal(err)
	}
	conn := h.dial(t)
	conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	fmt.Fprint(conn, "GET /recordings/door.mkv HTTP/1.1\r\nHost: localhost\r\n\r\n")
	return h, int(stat.Size()), func(enough int) (got int) {
		few := make([]byte, 1<<10)
		for got < enough {
			n, err := conn.Read(few)
			if got += n; err != nil {
				return got
			}
			time.Sleep(20 * time.Millisecond)
		}
		return got
	}
}

// A recording is downloaded to its end, however long that takes; an answer of another kind
// would be cut off (see TestSlowAnswersAreCutOff). Who downloads is a viewer meanwhile.
func TestLongDownloadIsNotCutOff(t *testing.T) {
	h, _, read := slowDownload(t)
	const enough = 60 << 10 // takes four times as long as an answer may
	if got := read(enough); got < enough {
		t.Errorf("the download ends after %d bytes", got)
	}
	if n := h.stream.Viewers(); n != 1 {
		t.Errorf("%d viewers while one downloads", n)
	}
}

// A download ends when the right to it does.
func TestDownloadEndsWithItsRight(t *testing.T) {
	for name, end := range map[string]func(*house){
		"recordings are the owner's":  func(h *house) { h.stream.ShowRecordings(false) },
		"another passcode":            func(h *house) { h.server.SetPasscode("hush") },
		"the viewer is disconnected":  func(h *house) { h.stream.LetGo(h.stream.Watching()[0].ID) },
		"the viewer's address is out": func(h *house) { h.stream.KeepOut(h.stream.Watching()[0].ID) },
	} {
		h, size, read := slowDownload(t)
		read(8 << 10)
		end(h)
		eventually(t, name+": the end", func() bool { return h.stream.Viewers() == 0 })
		if got := read(size); got >= size {
			t.Errorf("%s: %d of %d bytes came", name, got, size)
		}
	}
}

// A download that others keep from being made is refused in words, and asking what there is
// to download takes nobody's place.
func TestDownloadTakesAViewersPlace(t *testing.T) {
	h, _, read := slowDownload(t)
	read(8 << 10)
	h.stream.SetMaxViewers(1)
	if r := h.get(t, "HEAD", "/recordings/door.mkv"); r.StatusCode != 200 {
		t.Error(r.Status)
	}
	r := h.get(t, "GET", "/recordings/door.mkv")
	if said, _ := io.ReadAll(r.Body); r.StatusCode != 503 {
		t.Errorf("%s: %s", r.Status, said)
	}
}

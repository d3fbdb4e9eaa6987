package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers/process/processtest"
	"fanlight/streaming/library"
	"fanlight/streaming/matroska"
	"fanlight/streaming/streamtest"
)

var filmed = time.Date(2026, time.March, 2, 9, 5, 7, 0, time.UTC)

// filmHouse is a house with recordings: "door.mkv" of 30 pictures in 2.9 s, and "running.mkv",
// which is being recorded.
func filmHouse(t *testing.T, o Options, pictures ...[]byte) (*house, string) {
	t.Helper()
	return filmHouseBehind(t, o, func(_ *house, l net.Listener) net.Listener { return l }, pictures...)
}

// filmHouseBehind is filmHouse with a listener of its own.
func filmHouseBehind(t *testing.T, o Options, behind func(*house, net.Listener) net.Listener, pictures ...[]byte) (*house, string) {
	t.Helper()
	dir := t.TempDir()
	if pictures == nil {
		pictures = streamtest.Tiny[:]
	}
	for _, name := range []string{"door.mkv", "running.mkv"} {
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		w, err := matroska.NewWriter(file, 16, 8, "Front door", filmed)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 30 {
			if err := w.Write(pictures[n%len(pictures)], filmed.Add(time.Duration(n)*100*time.Millisecond)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	running := ""
	h := serveWith(t, o, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
		films := library.New(dir, library.Options{
			Running:   func(path string) bool { return path == running },
			Thumbnail: func(picture []byte) ([]byte, error) { return picture, nil },
			Log:       discarded,
		})
		t.Cleanup(films.Close)
		running = filepath.Join(dir, "running.mkv")
		h.stream.LibraryWith(films)
		return behind(h, l)
	})
	return h, dir
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	all, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// TestRefusedRecordingsAreAPage has a person be told by a page with a way back, in their language.
func TestRefusedRecordingsAreAPage(t *testing.T) {
	h, _ := filmHouse(t, Options{})
	r := h.ask(t, "GET", "/recordings/", "", "Accept: text/html", "Accept-Language: de")
	told := body(t, r)
	for _, want := range []string{"Der Besitzer lässt Zuschauer keine Aufnahmen ansehen.", `role="alert"`, `<a href="../">`, `href="../page.css"`} {
		if !strings.Contains(told, want) {
			t.Errorf("no %s in %s", want, told)
		}
	}
	if r.StatusCode != 403 || r.Header.Get("Content-Language") != "de" || strings.Contains(told, "<ul>") {
		t.Errorf("%s, %v: %s", r.Status, r.Header, told)
	}
	if told := body(t, h.get(t, "GET", "/recordings/")); told != "The owner does not let viewers watch recordings.\n" {
		t.Errorf("a program is told %q", told)
	}
}

func TestRecordingsAreForTheOwnerUnlessShared(t *testing.T) {
	h, dir := filmHouse(t, Options{OwnerKey: "k"})
	paths := []string{"/recordings/", "/api/recordings", "/recordings/door.mkv", "/recordings/door.mkv/", "/recordings/door.mkv/thumbnail.jpg",
		"/recordings/door.mkv/stream.mjpg", "/recordings/door.mkv/frame.jpg?at=1s", "/recordings/door.mkv/timeline"}
	for _, shared := range []bool{false, true, false} {
		h.stream.ShowRecordings(shared)
		for _, path := range paths {
			want := map[bool]int{false: 403, true: 200}[shared]
			if r := h.get(t, "GET", path); r.StatusCode != want {
				t.Errorf("shared %v: GET %s: %s", shared, path, r.Status)
			}
			if told := strings.Contains(body(t, h.get(t, "GET", "/api/status")), `"recordings":true`); told != shared {
				t.Errorf("shared %v: the page is told %v", shared, told)
			}
			if r := h.ask(t, "GET", path, "", "Authorization: Bearer k"); r.StatusCode != 200 {
				t.Errorf("the owner: GET %s: %s", path, r.Status)
			}
			if r := h.ask(t, "POST", "/api/recordings/door.mkv/delete", "", ""); r.StatusCode != 401 {
				t.Errorf("shared %v: deleting: %s", shared, r.Status)
			}
		}
	}
	var listed struct {
		Recordings []struct {
			File, Camera, Address string
			Begin                 time.Time
			Length                float64 `json:"length_s"`
			Bytes                 int64
			Recording             bool
		}
		Owner bool
	}
	r := h.ask(t, "GET", "/api/recordings", "", "Authorization: Bearer k")
	if err := json.NewDecoder(r.Body).Decode(&listed); err != nil || len(listed.Recordings) != 2 || !listed.Owner {
		t.Fatalf("%+v (%v)", listed, err)
	}
	for _, film := range listed.Recordings {
		stat, err := os.Stat(filepath.Join(dir, film.File))
		if err != nil || film.Camera != "Front door" || !film.Begin.Equal(filmed) || film.Length != 2.9 || film.Bytes != stat.Size() ||
			film.Recording != (film.File == "running.mkv") || film.Address != "../recordings/"+film.File {
			t.Errorf("%+v (%v)", film, err)
		}
	}
	for _, path := range []string{"/recordings/none.mkv", "/recordings/..%2Fdoor.mkv", "/recordings/%2Fetc%2Fpasswd", "/recordings/door.mkv/other", "/recordings/..%2f..%2fx.mkv/stream.mjpg"} {
		if r := h.ask(t, "GET", path, "", "Authorization: Bearer k"); r.StatusCode != 404 {
			t.Errorf("GET %s: %s", path, r.Status)
		}
	}
}

// curl loads a file in two parts, the second with a Range.
func TestDownloadGoesOnWhereItWasCut(t *testing.T) {
	h, dir := filmHouse(t, Options{})
	h.stream.ShowRecordings(true)
	whole, err := os.ReadFile(filepath.Join(dir, "door.mkv"))
	if err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(t.TempDir(), "part.mkv")
	if err := os.WriteFile(part, whole[:len(whole)/3], 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := processtest.Command(t, time.Minute, "curl", "-sS", "-f", "-C", "-", "-o", part, "-D", "-", h.url+"/recordings/door.mkv").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	loaded, err := os.ReadFile(part)
	if err != nil || !bytes.Equal(loaded, whole) {
		t.Errorf("%d bytes of %d (%v)", len(loaded), len(whole), err)
	}
	for _, header := range []string{"206 Partial Content", "Content-Disposition: attachment; filename=door.mkv", "Content-Type: video/x-matroska"} {
		if !strings.Contains(string(out), header) {
			t.Errorf("the answer lacks %q: %s", header, out)
		}
	}
}

func TestRecordingIsPlayed(t *testing.T) {
	h, _ := filmHouse(t, Options{})
	h.stream.ShowRecordings(true)
	for query, want := range map[string]int{"": 30, "?from=1s": 20, "?from=-900ms": 10, "?from=2026-03-02T09:05:09Z": 10, "?speed=16": 30, "?fps=5": 15, "?from=1h": 1} {
		began := time.Now()
		stream := body(t, h.get(t, "GET", "/recordings/door.mkv/stream.mjpg"+query))
		pictures := strings.Count(stream, "X-Timestamp")
		if pictures != want && query != "?speed=16" && query != "?fps=5" || pictures > want || pictures == 0 {
			t.Errorf("%s: %d pictures, want %d", query, pictures, want)
		}
		if query == "" && time.Since(began) < 2800*time.Millisecond {
			t.Errorf("2.9 s are played in %v", time.Since(began))
		}
	}
	if h.bench.Opened.Load() != 0 {
		t.Error("playing turns the camera on")
	}
	for query, want := range map[string]string{"at=1s": ".000000", "at=1s&step=1": ".100000", "at=1050ms&step=-1": ".900000", "at=-900ms": ".000000"} {
		r := h.get(t, "GET", "/recordings/door.mkv/frame.jpg?"+query)
		if taken := r.Header.Get("X-Timestamp"); r.StatusCode != 200 || !strings.HasSuffix(taken, want) || !streamtest.IsOriginal([]byte(body(t, r))) {
			t.Errorf("%s: %s, taken at %s", query, r.Status, taken)
		}
	}
	if got, want := body(t, h.get(t, "GET", "/recordings/door.mkv/timeline")), fmt.Sprintf(`"from":%d.000000,"to":%d.900000,"pictures":30`, filmed.Unix(), filmed.Unix()+2); !strings.Contains(got, want) {
		t.Errorf("the time line is %s, want %s", got, want)
	}
	for _, query := range []string{"from=x", "speed=-1", "from=1s&speed=99"} {
		if r := h.get(t, "GET", "/recordings/door.mkv/stream.mjpg?"+query); r.StatusCode != 400 {
			t.Errorf("%s: %s", query, r.Status)
		}
	}
}

// Whoever watches a recording counts among the viewers, and is disconnected when viewers may
// not watch recordings any more.
func TestRecordingsViewersCount(t *testing.T) {
	h, _ := filmHouse(t, Options{})
	h.stream.ShowRecordings(true)
	stream := h.get(t, "GET", "/recordings/door.mkv/stream.mjpg?speed=0")
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, stream.Body)
		ended <- err
	}()
	eventually(t, "the viewer", func() bool { return h.stream.Viewers() == 1 })
	h.stream.ShowRecordings(false)
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("the stream goes on")
	}
	eventually(t, "the viewer to be gone", func() bool { return h.stream.Viewers() == 0 })
}

func TestOwnerChangesRecordings(t *testing.T) {
	h, dir := filmHouse(t, Options{OwnerKey: "k"})
	post := func(path, form string, status int, words string) {
		t.Helper()
		r := h.ask(t, "POST", "/api/recordings/"+path, form, "Authorization: Bearer k")
		if got := body(t, r); r.StatusCode != status || !strings.Contains(got, words) {
			t.Errorf("POST %s: %s: %s", path, r.Status, got)
		}
	}
	post("door.mkv/rename", "name="+url.QueryEscape("Küche, abends"), 200, `"file":"Küche, abends.mkv"`)
	post("door.mkv/rename", "name=x", 409, "There is no recording of this name")
	post(url.PathEscape("Küche, abends.mkv")+"/rename", "name=..%2Fx", 409, "The name must have none of /")
	post(url.PathEscape("Küche, abends.mkv")+"/rename", "name=running", 409, "There is a file of the name running.mkv already")
	post("running.mkv/rename", "name=x", 409, "This is being recorded just now; stop the recording first.")
	post("running.mkv/delete", "", 409, "This is being recorded just now")
	post(url.PathEscape("Küche, abends.mkv")+"/delete", "", 200, "")
	if _, err := os.Stat(filepath.Join(dir, "Küche, abends.mkv")); !os.IsNotExist(err) {
		t.Errorf("it is there: %v", err)
	}
	post(url.PathEscape("Küche, abends.mkv")+"/undelete", "", 200, "")
	post(url.PathEscape("Küche, abends.mkv")+"/undelete", "", 409, "This recording cannot be brought back any more")
	if _, err := os.Stat(filepath.Join(dir, "Küche, abends.mkv")); err != nil {
		t.Error(err)
	}
}

// The owner's browser is opened with a ticket, and then has the owner's rights until the
// program ends, on this machine alone.
func TestOwnersBrowser(t *testing.T) {
	h, dir := filmHouse(t, Options{OwnerKey: "k", Passcode: "open sesame"})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	t.Cleanup(browser.CloseIdleConnections)
	send := func(client *http.Client, method, path string, header ...string) *http.Response {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, h.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "text/html")
		for n := 0; n < len(header); n += 2 {
			request.Header.Set(header[n], header[n+1])
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
	if r := send(browser, "GET", "/recordings/?owner=guess"); r.StatusCode != 401 {
		t.Errorf("a guess: %s", r.Status)
	}
	ticket := h.server.OwnerTicket()
	page := send(browser, "GET", "/recordings/"+ticket)
	if text := body(t, page); page.StatusCode != 200 || page.Request.URL.RawQuery != "" || !strings.Contains(text, "door.mkv/delete") || strings.Contains(text, "running.mkv/delete") {
		t.Errorf("with the ticket: %s at %s: %s", page.Status, page.Request.URL, text)
	}
	if r := send(http.DefaultClient, "GET", "/recordings/"+ticket); r.StatusCode != 401 {
		t.Errorf("the ticket once more: %s", r.Status)
	}
	if r := send(browser, "POST", "/api/recordings/door.mkv/delete", "Sec-Fetch-Site", "cross-site"); r.StatusCode != 403 {
		t.Errorf("from another site: %s", r.Status)
	}
	if r := send(browser, "GET", "/recordings/", "X-Forwarded-For", "192.0.2.1"); r.StatusCode != 401 {
		t.Errorf("through a proxy: %s", r.Status)
	}
	after := send(browser, "POST", "/api/recordings/door.mkv/delete", "Sec-Fetch-Site", "same-origin")
	if text := body(t, after); after.Request.URL.Path != "/recordings/" || !strings.Contains(text, "“door” was deleted.") {
		t.Errorf("after deleting: %s: %s", after.Request.URL, text)
	}
	if _, err := os.Stat(filepath.Join(dir, "door.mkv")); !os.IsNotExist(err) {
		t.Errorf("it is there: %v", err)
	}
	send(browser, "POST", "/api/recordings/door.mkv/undelete", "Sec-Fetch-Site", "same-origin")
	if _, err := os.Stat(filepath.Join(dir, "door.mkv")); err != nil {
		t.Error(err)
	}
	wrong := send(browser, "POST", "/api/recordings/running.mkv/delete", "Sec-Fetch-Site", "same-origin", "Accept-Language", "de")
	if text := body(t, wrong); wrong.StatusCode != 409 || !strings.Contains(text, `role="alert"`) || !strings.Contains(text, `href="../../../page.css"`) {
		t.Errorf("what cannot be: %s: %s", wrong.Status, text)
	}
}

func TestRecordingsPageInChromium(t *testing.T) {
	pictures := assets.Emulated()
	h, _ := filmHouse(t, Options{}, pictures[:]...)
	h.stream.ShowRecordings(true)
	showFilms(t, h)
}

package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
)

// record sends the owner's order, and returns the answer's status and text.
func (h *headless) record(t *testing.T, order, key string) (status int, answer map[string]any) {
	t.Helper()
	return h.post(t, "api/recording", url.Values{"recording": {order}}, key)
}

// post sends a form of the owner, and returns the answer's status and text.
func (h *headless) post(t *testing.T, path string, form url.Values, key string) (status int, answer map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "POST", h.link+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	_ = json.NewDecoder(response.Body).Decode(&answer) // a refusal is text
	return response.StatusCode, answer
}

// pictures counts those in the only recording of a folder.
func pictures(t *testing.T, dir string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.mkv"))
	if err != nil || len(files) != 1 {
		t.Fatalf("recordings %q, %v", files, err)
	}
	out, err := processtest.Command(t, patience, "ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets",
		"-of", "csv=p=0", files[0]).Output()
	if err != nil {
		t.Fatal(err)
	}
	count, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// Without any viewer, --record keeps the camera on until the program ends, whose end makes the
// file whole.
func TestRecordFromStartToEnd(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "recordings")
	h := startHeadless(t, "--camera", "emulated", "--fps", "10", "--record", dir)
	h.waitFor(t, "the camera to be live", func(s status) bool { return s.State == "live" })
	time.Sleep(1500 * time.Millisecond) // of pictures
	if code := h.stop(); code != exitClean {
		t.Errorf("ended with %d", code)
	}
	if n := pictures(t, dir); n < 2 {
		t.Errorf("%d pictures", n)
	}
}

func TestOwnerRecordsByHTTP(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	h := startHeadless(t, "--camera", "emulated")
	if status, _ := h.record(t, "on", "not the key"); status != http.StatusUnauthorized {
		t.Errorf("anybody records: %d", status)
	}
	if status, _ := h.record(t, "perhaps", h.ownerKey); status != http.StatusBadRequest {
		t.Errorf("an unknown order: %d", status)
	}
	if status, answer := h.record(t, "on", h.ownerKey); status != http.StatusOK || answer["recording"] != true {
		t.Fatalf("on: %d %v", status, answer)
	}
	h.waitFor(t, "the camera to be live", func(s status) bool { return s.State == "live" })
	status, answer := h.record(t, "off", h.ownerKey)
	if status != http.StatusOK || answer["recording"] != false || answer["error"] != nil {
		t.Errorf("off: %d %v", status, answer)
	}
	if n := pictures(t, filepath.Join(home, "Videos", "Fanlight")); n < 1 {
		t.Errorf("%d pictures", n)
	}
}

func TestOwnerSavesTheLastSecondsByHTTP(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	h := startHeadless(t, "--camera", "emulated")
	save := func(last, key string) (int, map[string]any) {
		return h.post(t, "api/recording", url.Values{"last": {last}}, key)
	}
	for _, test := range []struct {
		last, key string
		want      int
	}{
		{"30s", "not the key", http.StatusUnauthorized},
		{"thirty", h.ownerKey, http.StatusBadRequest},
		{"-30s", h.ownerKey, http.StatusBadRequest},
		{"1000h", h.ownerKey, http.StatusBadRequest},
		{"30s", h.ownerKey, http.StatusConflict}, // the camera was never on
	} {
		if status, _ := save(test.last, test.key); status != test.want {
			t.Errorf("%s: %d, not %d", test.last, status, test.want)
		}
	}
	response, err := client.Get(h.link + "snapshot.jpg")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	status, answer := save("30s", h.ownerKey)
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, answer)
	}
	if n := pictures(t, filepath.Join(home, "Videos", "Fanlight")); n < 1 || float64(n) != answer["pictures"] {
		t.Errorf("%d pictures, %v", n, answer)
	}
}

func TestRecordIntoAFolderThatTakesNothing(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"--headless", "--listen", "127.0.0.1:0", "--camera", "emulated", "--record", filepath.Join(plain, "here")}, &stdout, &stderr, windowing{})
	if code != exitUsage || !strings.Contains(stderr.String(), "choose a folder that is yours") {
		t.Errorf("%d: %s", code, &stderr)
	}
}

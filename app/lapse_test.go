package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/streaming/recording"
)

// A time lapse keeps the camera on only while it takes a picture.
func TestTimeLapseFromTheCommandLine(t *testing.T) {
	need(t, "ffprobe")
	dir := t.TempDir()
	h := startHeadless(t, "--camera", "emulated", "--record", dir, "--time-lapse", "3s", "--idle", "500ms")
	for _, state := range []string{"live", "off", "live", "off"} {
		h.waitFor(t, "the camera to be "+state, func(s status) bool { return s.State == state })
	}
	if code := h.stop(); code != exitClean {
		t.Errorf("ended with %d", code)
	}
	if n := pictures(t, dir); n < 2 {
		t.Errorf("%d pictures", n)
	}
	if f := probe(t, filepath.Join(dir, firstName(t, dir))); f.times[1] != 33*time.Millisecond {
		t.Errorf("pictures play at %v", f.times)
	}
}

func firstName(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		t.Fatalf("nothing in %s, %v", dir, err)
	}
	return entries[0].Name()
}

func TestOwnerMakesATimeLapseByHTTP(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	h := startHeadless(t, "--camera", "emulated")
	send := func(form url.Values) (int, bool) {
		request, err := http.NewRequestWithContext(t.Context(), "POST", h.link+"api/recording", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Authorization", "Bearer "+h.ownerKey)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var answer struct{ Recording bool }
		_ = json.NewDecoder(response.Body).Decode(&answer) // a refusal is text
		return response.StatusCode, answer.Recording
	}
	for _, every := range []string{"often", "0s", "1ms", "1000h"} {
		if status, on := send(url.Values{"recording": {"on"}, "every": {every}}); status != http.StatusBadRequest || on {
			t.Errorf("every %s: %d", every, status)
		}
	}
	if status, on := send(url.Values{"recording": {"on"}, "every": {"10s"}}); status != http.StatusOK || !on {
		t.Errorf("every 10s: %d", status)
	}
	if status, on := send(url.Values{"recording": {"off"}}); status != http.StatusOK || on {
		t.Errorf("off: %d", status)
	}
}

func TestRecordingLimitsAreOfTheCommandLineElseAsSet(t *testing.T) {
	set := remembered{RecordSplit: recording.Split{Bytes: 500e6}, RecordRemoveOldest: true}
	tenMinutes := recording.Split{Length: 10 * time.Minute}
	for name, c := range map[string]struct {
		given options
		set   remembered
		want  recording.Limits
	}{
		"nothing":      {options{}, remembered{}, recording.Limits{}},
		"set":          {options{}, set, recording.Limits{Split: set.RecordSplit, RemoveOldest: true}},
		"given":        {options{RecordSplit: &tenMinutes, RecordRemoveOldest: true}, remembered{}, recording.Limits{Split: tenMinutes, RemoveOldest: true}},
		"given anew":   {options{RecordSplit: &tenMinutes}, set, recording.Limits{Split: tenMinutes, RemoveOldest: true}},
		"given as any": {options{RecordSplit: &recording.Split{}}, set, recording.Limits{RemoveOldest: true}},
	} {
		kept, err := json.Marshal(c.set)
		var read remembered
		if err == nil {
			err = json.Unmarshal(kept, &read)
		}
		p := &program{options: c.given}
		if got := p.recordingLimits(read); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

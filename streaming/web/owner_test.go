package web

import (
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"
)

func TestViewersForTheOwnerOverHTTP(t *testing.T) {
	h := serveWith(t, Options{OwnerKey: "k"}, StreamOptions{}, nil)
	stream := h.ask(t, "GET", "/stream.mjpg", "", "User-Agent: VLC/3.0.18 LibVLC/3.0.18")
	list := func() (got struct {
		Most    int `json:"max_viewers"`
		Viewers []struct {
			ID                     uint64
			Address, Name, Program string
			Since                  time.Time
			FPS                    float64
		}
		KeptOut []string `json:"kept_out"`
	}) {
		t.Helper()
		response := h.ask(t, "GET", "/api/viewers", "", "Authorization: Bearer k")
		if err := json.NewDecoder(response.Body).Decode(&got); response.StatusCode != 200 || err != nil {
			t.Fatalf("%s, %v", response.Status, err)
		}
		return got
	}
	go io.Copy(io.Discard, stream.Body)
	eventually(t, "the viewer in the list, with a name and a rate", func() bool {
		got := list()
		return got.Most == DefaultMaxViewers && len(got.Viewers) == 1 && got.Viewers[0].Program == "VLC" &&
			got.Viewers[0].Address == "127.0.0.1" && got.Viewers[0].Name == "this machine" && got.Viewers[0].FPS > 1 &&
			time.Since(got.Viewers[0].Since) < patience
	})
	path := fmt.Sprintf("/api/viewers/%d/", list().Viewers[0].ID)
	for _, test := range []struct {
		method, path, key string
		status            int
	}{
		{"POST", path + "letgo", "", 401},
		{"GET", path + "letgo", "Authorization: Bearer k", 404},
		{"POST", "/api/viewers/999/letgo", "Authorization: Bearer k", 404},
		{"POST", "/api/viewers/x/letgo", "Authorization: Bearer k", 404},
		{"POST", "/api/viewers/-1/keepout", "Authorization: Bearer k", 404},
		{"POST", path + "letgo", "Authorization: Bearer k", 204},
	} {
		if response := h.ask(t, test.method, test.path, "", test.key); response.StatusCode != test.status {
			t.Errorf("%s %s %s: %s", test.method, test.path, test.key, response.Status)
		}
	}
	eventually(t, "the viewer to be gone", func() bool { return len(list().Viewers) == 0 })
}

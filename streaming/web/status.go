package web

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"time"

	"fanlight/streaming/sound"
)

// status answers with the stream's state as JSON, for the page and other programs. Only
// the owner is told the camera's ID and why it is lost.
func (s *Stream) status(w http.ResponseWriter, r *http.Request) {
	type camera struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	now := s.feed.Status()
	id, reason := now.CameraID, now.Reason
	if !s.server.access.ownerRight(r) {
		id, _, _ = strings.Cut(id, ":") // an address or a command is behind it
		reason = now.ReasonForViewers()
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(struct {
		Name     string  `json:"name"`
		Version  string  `json:"version"`
		Now      seconds `json:"now"`
		Uptime   float64 `json:"uptime_s"`
		Camera   camera  `json:"camera"`
		State    string  `json:"state"`
		Reason   string  `json:"reason,omitempty"`
		Width    int     `json:"width"`
		Height   int     `json:"height"`
		FPS      float64 `json:"fps"`
		Viewers  int     `json:"viewers"`
		Pictures uint64  `json:"pictures"`
		Dropped  uint64  `json:"dropped"`

		Unplugged bool `json:"unplugged,omitempty"`

		Sound      *heard `json:"sound,omitempty"`
		Recordings bool   `json:"recordings,omitempty"` // may be watched
	}{
		s.Name(), s.server.version, seconds(time.Now()), time.Since(s.started).Seconds(), camera{id, now.CameraName},
		now.State.String(), reason, now.Measured.Width, now.Measured.Height,
		math.Round(now.Measured.FPS*10) / 10, s.Viewers(), now.Pictures, now.Dropped,
		now.Unplugged, s.heard(), s.mayWatchFilms(r),
	})
}

// heard is the microphone in the status.
type heard struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Muted bool   `json:"muted"`
}

// heard returns nil if no microphone is chosen.
func (s *Stream) heard() *heard {
	if s.sound == nil {
		return nil
	}
	now := s.sound.Status()
	if now.State == sound.None {
		return nil
	}
	return &heard{now.Name, now.State.String(), now.Muted}
}

package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"fanlight/streaming/recording"
)

// RecordWith lets the owner record the stream at /api/recording. It is called before the
// first request.
func (s *Stream) RecordWith(r *recording.Recorder) { s.recorder = r }

// recordable answers that there is nothing where the stream is not recorded.
func (s *Stream) recordable(next http.HandlerFunc) http.HandlerFunc {
	return s.ownerOnly(func(w http.ResponseWriter, r *http.Request) {
		if s.recorder == nil {
			nothingHere(w, r)
			return
		}
		next(w, r)
	})
}

// mostLast is the longest time of the past that can be asked for.
const mostLast = 24 * time.Hour

// setRecording handles a POST: a form with recording=on or off, or with last, a time such
// as 30s of which a recording is made. With every=10s and recording=on it is a time lapse.
func (s *Stream) setRecording(w http.ResponseWriter, r *http.Request) {
	if last := r.PostFormValue("last"); last != "" {
		s.saveLast(w, last)
		return
	}
	switch r.PostFormValue("recording") {
	case "on":
		if !s.startRecording(w, r.PostFormValue("every")) {
			return
		}
	case "off":
		s.recorder.Stop()
	default:
		http.Error(w, "Send recording=on, recording=off or last=30s as application/x-www-form-urlencoded.", http.StatusBadRequest)
		return
	}
	s.showRecording(w, r)
}

// startRecording begins a recording, or a time lapse of a picture in a time. It answers and
// returns false if there is none.
func (s *Stream) startRecording(w http.ResponseWriter, every string) bool {
	start := s.recorder.Start
	if every != "" {
		lapse, err := time.ParseDuration(every)
		if err == nil {
			err = recording.CheckLapse(lapse)
		}
		if err != nil {
			http.Error(w, "A time lapse takes a picture every 0.1 seconds to 7 days: send a time such as every=10s.", http.StatusBadRequest)
			return false
		}
		start = func() error { return s.recorder.StartLapse(lapse) }
	}
	switch err := start(); {
	case errors.Is(err, recording.ErrRunning):
		http.Error(w, err.Error(), http.StatusConflict)
		return false
	case err != nil:
		http.Error(w, err.Error(), http.StatusInsufficientStorage)
		return false
	}
	return true
}

// saveLast answers with what was saved, as JSON.
func (s *Stream) saveLast(w http.ResponseWriter, text string) {
	last, err := time.ParseDuration(text)
	if err != nil || last <= 0 || last > mostLast {
		http.Error(w, "How much to save is a time such as last=30s or last=5m.", http.StatusBadRequest)
		return
	}
	saved, err := s.recorder.SaveLast(last)
	switch {
	case errors.Is(err, recording.ErrNothingKept):
		http.Error(w, err.Error(), http.StatusConflict)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusInsufficientStorage)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(struct {
		Files    []string `json:"files"`
		Pictures int      `json:"pictures"`
		Bytes    int64    `json:"bytes"`
		Seconds  float64  `json:"seconds"`
	}{saved.Files, saved.Pictures, saved.Bytes, saved.Length.Seconds()})
}

// showRecording answers with how the recording stands, as JSON.
func (s *Stream) showRecording(w http.ResponseWriter, r *http.Request) {
	now := s.recorder.Status()
	answer := struct {
		Recording bool       `json:"recording"`
		File      string     `json:"file,omitempty"`
		Since     *time.Time `json:"since,omitempty"`
		Bytes     int64      `json:"bytes"`
		Pictures  uint64     `json:"pictures"`
		Lost      uint64     `json:"lost"`
		Sound     bool       `json:"sound"`
		Error     string     `json:"error,omitempty"`
	}{Recording: now.Recording, File: now.File, Bytes: now.Bytes, Pictures: now.Pictures, Lost: now.Lost, Sound: now.Sound}
	if !now.Since.IsZero() {
		answer.Since = &now.Since
	}
	if now.Err != nil {
		answer.Error = now.Err.Error()
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(answer)
}

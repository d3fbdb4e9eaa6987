package web

import (
	"encoding/json"
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

// setRecording handles a POST: a form with recording=on or off.
func (s *Stream) setRecording(w http.ResponseWriter, r *http.Request) {
	switch r.PostFormValue("recording") {
	case "on":
		if err := s.recorder.Start(); err != nil {
			http.Error(w, err.Error(), http.StatusInsufficientStorage)
			return
		}
	case "off":
		s.recorder.Stop()
	default:
		http.Error(w, "Send recording=on or recording=off as application/x-www-form-urlencoded.", http.StatusBadRequest)
		return
	}
	s.showRecording(w, r)
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
		Error     string     `json:"error,omitempty"`
	}{Recording: now.Recording, File: now.File, Bytes: now.Bytes, Pictures: now.Pictures, Lost: now.Lost}
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

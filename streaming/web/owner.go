package web

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// listViewers answers with the viewers and the blocked addresses as JSON.
func (s *Stream) listViewers(w http.ResponseWriter, r *http.Request) {
	type viewer struct {
		ID      uint64     `json:"id"`
		Address netip.Addr `json:"address"`
		Name    string     `json:"name,omitempty"`
		Program string     `json:"program"`
		Since   time.Time  `json:"since"`
		Listens bool       `json:"listens,omitempty"`
		FPS     float64    `json:"fps"`
	}
	answer := struct {
		Most     int          `json:"max_viewers"`
		Watching []viewer     `json:"viewers"`
		KeptOut  []netip.Addr `json:"kept_out"`
	}{s.MaxViewers(), []viewer{}, append([]netip.Addr{}, s.KeptOut()...)}
	for _, v := range s.Watching() {
		answer.Watching = append(answer.Watching, viewer(v))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(answer)
}

// forViewer returns a handler that calls do for the viewer of the path's {id}.
func (s *Stream) forViewer(do func(id uint64) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.ParseUint(r.PathValue("id"), 10, 64)
		if err != nil || !do(id) {
			http.Error(w, "There is no viewer of this ID. The IDs are in /api/viewers.", http.StatusNotFound)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

package web

import (
	"encoding/json"
	"net/http"
	"time"
)

// timeline answers with what there is of the past as JSON. The times are seconds since
// 1970, as in X-Timestamp; between two sections there are no pictures. Without a past, or
// for those who may not rewind, there is none of it. Pages ask about once a second.
func (s *Stream) timeline(w http.ResponseWriter, r *http.Request) {
	type section struct {
		From     seconds `json:"from"`
		To       seconds `json:"to"`
		Pictures int     `json:"pictures"`
	}
	answer := struct {
		Now      seconds   `json:"now"`
		Rewind   bool      `json:"rewind"`
		From     *seconds  `json:"from,omitempty"`
		To       *seconds  `json:"to,omitempty"`
		Sections []section `json:"sections"`
	}{Now: seconds(time.Now()), Sections: []section{}}
	if _, no := s.right(r); no == nil {
		answer.Rewind = true
		for _, kept := range s.rewinding.past.Sections() {
			answer.Sections = append(answer.Sections, section{seconds(kept.From), seconds(kept.To), kept.Pictures})
		}
	}
	if n := len(answer.Sections); n > 0 {
		answer.From, answer.To = &answer.Sections[0].From, &answer.Sections[n-1].To
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(answer)
}

// seconds is a time that is written as in X-Timestamp.
type seconds time.Time

func (s seconds) MarshalJSON() ([]byte, error) { return appendTimestamp(nil, time.Time(s)), nil }

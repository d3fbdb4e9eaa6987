package web

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// refusal is an answer other than the one asked for: a status, a sentence that
// says what to do, and when to come again, zero for never.
type refusal struct {
	status   int
	sentence string
	retry    time.Duration
}

func (r *refusal) header(w http.ResponseWriter) {
	if r.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(r.retry.Seconds()))))
	}
	w.Header().Set("Cache-Control", "no-store")
}

func (r *refusal) answer(w http.ResponseWriter) {
	r.header(w)
	http.Error(w, r.sentence, r.status)
}

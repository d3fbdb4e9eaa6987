package web

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// refusal is an error answer: a status, a sentence for people that says what to do, and
// the value of Retry-After, zero for none.
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

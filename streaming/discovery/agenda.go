package discovery

import "time"

// work is what a speaker has to do later on.
type work int

const (
	probing    work = iota // ask whether the names are taken, or use them
	announcing             // say all, unasked
	answering              // say all on one interface, because somebody asked
	hosting                // look again who answers for the machine's name
	retrying               // begin anew after a failure
)

type task struct {
	work  work
	index int // of the interface, for answering
}

// agenda holds when a task is due. A task is there once at most.
type agenda map[task]time.Time

// by has the task done at a time, or earlier if it was due earlier.
func (a agenda) by(at time.Time, t task) {
	if due, ok := a[t]; !ok || at.Before(due) {
		a[t] = at
	}
}

// next returns the time of the first task, a far one without any.
func (a agenda) next(now time.Time) time.Time {
	first := now.Add(time.Hour)
	for _, due := range a {
		if due.Before(first) {
			first = due
		}
	}
	return first
}

// take removes and returns a task that is due.
func (a agenda) take(now time.Time) (task, bool) {
	for t, due := range a {
		if !due.After(now) {
			delete(a, t)
			return t, true
		}
	}
	return task{}, false
}

package discovery

import "time"

// work is a kind of task that a speaker does later.
type work int

const (
	probing    work = iota // ask whether the names are taken, or use them
	announcing             // send all records, unasked
	answering              // send all records on one interface, because of a question
	hosting                // find out again who answers for the host name
	retrying               // start over after a failure
)

type task struct {
	work  work
	index int // of the interface, for answering
}

// agenda maps each pending task to the time it is due.
type agenda map[task]time.Time

// by schedules the task for a time, or leaves it where it is due earlier already.
func (a agenda) by(at time.Time, t task) {
	if due, ok := a[t]; !ok || at.Before(due) {
		a[t] = at
	}
}

// next returns the time of the first task, or an hour from now if there is none.
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

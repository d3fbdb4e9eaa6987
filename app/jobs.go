package main

import "sync"

// jobs runs functions one after another, in the order in which they were added. Methods
// may be called from any goroutine.
type jobs struct {
	mu      sync.Mutex
	changed sync.Cond // with mu
	waiting []func()
	closed  bool
}

func newJobs() *jobs {
	j := &jobs{}
	j.changed.L = &j.mu
	return j
}

// add queues a job and does not wait: the window's goroutine adds one with every step of a
// slider, while a job may wait for a camera's answer.
func (j *jobs) add(job func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = append(j.waiting, job)
	j.changed.Signal()
}

// close makes run return after the queued jobs.
func (j *jobs) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	j.changed.Signal()
}

// run runs the jobs until close. One goroutine may call it.
func (j *jobs) run() {
	for {
		job := j.next()
		if job == nil {
			return
		}
		job()
	}
}

// next waits for a job. It returns nil after close, once there are none left.
func (j *jobs) next() func() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.waiting) == 0 && !j.closed {
		j.changed.Wait()
	}
	if len(j.waiting) == 0 {
		return nil
	}
	job := j.waiting[0]
	j.waiting = j.waiting[1:]
	return job
}

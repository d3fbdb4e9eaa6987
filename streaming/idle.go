package streaming

import "time"

// SetIdle changes how long the camera stays on after its last consumer has left. If that
// was before, the time begins anew.
func (f *Feed) SetIdle(idle time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.idle = idle
	if f.idling != nil && f.idling.Stop() {
		f.idling = time.AfterFunc(idle, f.stopIfUnneeded)
	}
}

package process

import (
	"testing"
	"testing/synctest"
	"time"

	"fanlight/drivers/camera"
)

// A consumer that is a little slower than its program would let the pipe fill: then
// all its pictures are old by what the pipe holds, and the program waits.
func TestSlowConsumersAreNoticed(t *testing.T) {
	const pictures = 100
	for _, test := range []struct {
		name          string
		every, taking time.Duration
		slow          bool
	}{
		{"quick", 33 * time.Millisecond, time.Millisecond, false},
		{"nearly as slow as the program", 8 * time.Millisecond, 6 * time.Millisecond, false},
		{"slower than the program", 8 * time.Millisecond, 12 * time.Millisecond, true},
		{"slow for one picture", 300 * time.Millisecond, 201 * time.Millisecond, true},
		{"long for each picture, and in time", 33 * time.Millisecond, 30 * time.Millisecond, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			written := func(yield func(camera.Picture, error) bool) {
				for n := range pictures {
					time.Sleep(time.Until(began.Add(time.Duration(n) * test.every)))
					if !yield(camera.Picture{}, nil) {
						return
					}
				}
			}
			oldest := time.Duration(0)
			taken := 0
			slow := handDirectly(written, func(camera.Picture) bool {
				oldest = max(oldest, time.Since(began.Add(time.Duration(taken)*test.every)))
				taken++
				time.Sleep(test.taking)
				return true
			})
			if slow != test.slow || slow == (taken == pictures) {
				t.Errorf("%s: slow is %v after %d pictures", test.name, slow, taken)
			}
			if most := (mostWaiting + 1) * test.taking; oldest > most {
				t.Errorf("%s: a picture was %v old", test.name, oldest)
			}
		})
	}
}

package drivers

import (
	"iter"
	"sync"
)

// newest reads a source in a goroutine of its own, as fast as it delivers, and
// yields the newest picture to a consumer that was slow: what it missed is gone,
// and no queue of old pictures grows. The source's error comes behind its last
// picture. Stop makes a source end that waits for a picture; it is called as the
// consumer leaves, and the goroutine has ended when the loop has.
func newest(source iter.Seq2[Picture, error], stop func()) iter.Seq2[Picture, error] {
	return func(yield func(Picture, error) bool) {
		box, ended := newMailbox(), make(chan struct{})
		var failure error
		var reading sync.WaitGroup
		reading.Go(func() {
			defer close(ended)
			for picture, err := range source {
				if failure = err; err != nil {
					return
				}
				box.put(picture)
			}
		})
		defer reading.Wait()
		defer stop()
		for more := true; more; {
			select {
			case <-box.ready:
			case <-ended:
				more = false // there may be a last picture
			}
			if picture, ok := box.take(); ok && !yield(picture, nil) {
				return
			}
		}
		if failure != nil {
			yield(Picture{}, failure)
		}
	}
}

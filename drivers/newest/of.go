package newest

import (
	"iter"
	"sync"

	"fanlight/drivers/jpegs"
)

// Of reads a source in a goroutine of its own, as fast as it delivers, and yields
// the newest picture: a slow consumer misses pictures, and gets no old ones. The
// source's error is yielded after its last picture. Of calls stop when the consumer
// leaves, which must end a source that waits for a picture; the goroutine has ended
// when the loop has.
func Of(source iter.Seq2[jpegs.Picture, error], stop func()) iter.Seq2[jpegs.Picture, error] {
	return func(yield func(jpegs.Picture, error) bool) {
		box, ended := NewBox(), make(chan struct{})
		var failure error
		var reading sync.WaitGroup
		reading.Go(func() {
			defer close(ended)
			for picture, err := range source {
				if failure = err; err != nil {
					return
				}
				box.Put(picture)
			}
		})
		defer reading.Wait()
		defer stop()
		for more := true; more; {
			select {
			case <-box.Ready:
			case <-ended:
				more = false // there may be a last picture
			}
			if picture, ok := box.Take(); ok && !yield(picture, nil) {
				return
			}
		}
		if failure != nil {
			yield(jpegs.Picture{}, failure)
		}
	}
}

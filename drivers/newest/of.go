package newest

import (
	"iter"

	"fanlight/drivers/caught"
	"fanlight/drivers/jpegs"
)

// Of reads a source in a goroutine of its own, as fast as it delivers, and yields
// the newest picture: a slow consumer misses pictures, and gets no old ones. The
// source's error, or its panic as an error, is yielded after its last picture. Of calls
// stop when the consumer leaves, which must end a source that waits for a picture; the
// goroutine has ended when the loop has.
func Of(source iter.Seq2[jpegs.Picture, error], stop func()) iter.Seq2[jpegs.Picture, error] {
	return func(yield func(jpegs.Picture, error) bool) {
		box := NewBox()
		ended := caught.Go(func() error {
			for picture, err := range source {
				if err != nil {
					return err
				}
				box.Put(picture)
			}
			return nil
		})
		defer func() {
			stop()
			<-ended
		}()
		var failure error
		for more := true; more; {
			select {
			case <-box.Ready:
			case failure = <-ended:
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

package history

import (
	"fmt"
	"log/slog"
	"testing"

	"fanlight/drivers/jpegs"
	"fanlight/streaming"
)

// BenchmarkPublish is the cost of publishing a picture of 100 KB, which attending viewers read
// once, without a history and with one that is full.
func BenchmarkPublish(b *testing.B) {
	picture := make([]byte, 100_000)
	for _, viewers := range []int{0, 1, 10} {
		for _, most := range []int{0, 16 << 20, 256 << 20} {
			b.Run(fmt.Sprintf("viewers=%d/history=%dMB", viewers, most>>20), func(b *testing.B) {
				hub := streaming.NewHub()
				h := &History{log: slog.New(slog.DiscardHandler), most: most, reserved: map[*int]bool{}, clock: usualClock()}
				if most > 0 {
					defer hub.Attend(h.add)()
				}
				read := make([]byte, len(picture))
				for range viewers {
					defer hub.Attend(func(f *streaming.Frame) { copy(read, f.JPEG) })()
				}
				publish := func() { hub.Publish(streaming.Picture{JPEG: picture, Info: jpegs.Info{}}, 1280, 720, nil) }
				for range most/len(picture) + 10 {
					publish()
				}
				for b.Loop() {
					publish()
				}
			})
		}
	}
}

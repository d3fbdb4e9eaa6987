package streaming_test

import (
	. "fanlight/streaming"
	"fanlight/streaming/streamtest"

	"testing"
	"testing/synctest"
	"time"
)

func TestIdleTimeCanBeChangedAtAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		feed.SetIdle(time.Minute)
		watch(t, feed, 0)()
		time.Sleep(59 * time.Second)
		expect(t, feed, Live)
		feed.SetIdle(3 * time.Second) // while the camera waits for somebody to come
		time.Sleep(3*time.Second - time.Millisecond)
		expect(t, feed, Live)
		time.Sleep(2 * time.Millisecond)
		expect(t, feed, Off)
		feed.SetIdle(time.Hour)
		stop := watch(t, feed, 0)
		feed.SetIdle(time.Second) // while somebody watches
		time.Sleep(time.Minute)
		expect(t, feed, Live)
		stop()
		time.Sleep(time.Second + time.Millisecond)
		expect(t, feed, Off)
	})
}

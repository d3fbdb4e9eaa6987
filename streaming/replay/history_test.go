package replay_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/history"
	"fanlight/streaming/replay"
	"fanlight/streaming/streamtest"
)

// Viewers at different moments of one history each see all pictures from theirs on, while the
// camera is turned off and on, paused, and another one is chosen.
func TestViewersAtTheirMoments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		past := history.New(feed, 64<<20, slog.New(slog.DiscardHandler))
		defer past.Close()
		letGo := feed.Keep()
		time.Sleep(30 * time.Second)

		ctx, cancel := context.WithCancel(t.Context())
		seen := [3][]*streaming.Frame{}
		for n, ago := range []time.Duration{0, 10 * time.Second, time.Hour} {
			go func() {
				for f, err := range replay.Play(ctx, past, time.Now().Add(-ago), 1, streaming.AtOnce) {
					if err != nil {
						t.Error(err)
					}
					seen[n] = append(seen[n], f)
				}
			}()
		}
		time.Sleep(10 * time.Second)
		letGo()
		time.Sleep(time.Minute)
		letGo = feed.Keep()
		defer letGo()
		time.Sleep(10 * time.Second)
		feed.Pause()
		time.Sleep(time.Minute)
		feed.Resume()
		time.Sleep(time.Minute)
		other := streamtest.NewCamera()
		other.ID = "other"
		feed.Use(other.Source())
		run := feed.Run()
		time.Sleep(time.Minute)
		cancel()
		synctest.Wait()

		for n, all := range seen {
			old := 0
			for i, f := range all {
				if i > 0 && f.Shot != all[i-1].Shot+1 && f.Run < run || f.Card != nil {
					t.Fatalf("viewer %d: picture %d behind %d", n, f.Seq, all[i-1].Seq)
				}
				if f.Run < run {
					old++
				}
			}
			if old < 2500 || len(all)-old < 30*59 {
				t.Errorf("viewer %d saw %d pictures of the first camera and %d of the other", n, old, len(all)-old)
			}
		}
	})
}

// Who stands still at a picture sees it for longer than it is kept, and no more once another
// camera is chosen.
func TestStandingStillInAHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		feed := streamtest.NewCamera().Feed(t)
		past := history.New(feed, 100<<10, slog.New(slog.DiscardHandler)) // some seconds
		defer past.Close()
		defer feed.Keep()()
		time.Sleep(10 * time.Second)
		time.AfterFunc(2*time.Minute+time.Second, func() {
			other := streamtest.NewCamera()
			other.ID = "other"
			feed.Use(other.Source())
		})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute+time.Second)
		defer cancel()
		var all []*streaming.Frame
		for f, err := range replay.Play(ctx, past, time.Now().Add(-time.Second), 0, streaming.AtOnce) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, f)
		}
		const shown = 25 // every five seconds of the first two minutes
		if len(all) < shown+11 {
			t.Fatalf("only %d pictures", len(all))
		}
		for n, f := range all {
			if n < shown && f.Seq != all[0].Seq || n >= shown && f.Run == all[0].Run {
				t.Errorf("time %d: picture %d of Run %d; at first it was %d of %d", n, f.Seq, f.Run, all[0].Seq, all[0].Run)
			}
		}
	})
}

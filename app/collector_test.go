package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

// Whatever is kept, the garbage is that of the rest.
func TestGarbageIsThatOfTheRest(t *testing.T) {
	for _, test := range []struct{ live, kept, garbage int }{ // MB
		{10, 0, 10}, {100, 0, 100}, {266, 256, 32}, {356, 256, 100}, {200, 256, 32}, {4196, 4096, 100}, {64, 32, 32},
	} {
		percent := collectAt(test.live<<20, test.kept<<20)
		if garbage := test.live * percent / 100; garbage < test.garbage*7/10 || garbage > test.garbage+1 {
			t.Errorf("%d MB, of which %d kept: %d %%, which is %d MB", test.live, test.kept, percent, garbage)
		}
	}
}

func TestCollectorFollowsWhatIsKept(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	t.Setenv("GOGC", "")
	kept := make(chan int, 1)
	kept <- 1 << 30
	stop := tuneCollector(func() int {
		now := <-kept
		kept <- now
		return now
	})
	defer stop()
	expectPercent := func(least, most uint64) {
		t.Helper()
		percent := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
			runtime.GC()
			metrics.Read(percent)
			if now := percent[0].Value.Uint64(); now >= least && now <= most {
				return
			} else if time.Now().After(end) {
				t.Fatalf("%d %%, not %d to %d", now, least, most)
			}
		}
	}
	expectPercent(1, 40)
	<-kept
	kept <- 0
	expectPercent(100, 100)
	<-kept
	kept <- 1 << 30
	expectPercent(1, 40)
	stop()
	expectPercent(100, 100)
}

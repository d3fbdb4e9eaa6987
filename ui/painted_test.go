package ui

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestWindowThatIsNotPaintedIsOutOfSight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, queue := newSight(), make(uiQueue, 10)
		p := newPainted(s, queue.do)
		p.watched = true
		paint := func() { p.pixel.Generator(1, 1) }
		want := func(when string, in bool) {
			t.Helper()
			for synctest.Wait(); len(queue) > 0; {
				(<-queue)()
			}
			if got, _ := s.get(); got != in {
				t.Errorf("%s: in sight is %v", when, got)
			}
		}
		time.Sleep(10 * late)
		want("without a picture", true)
		for range 10 {
			p.ask()
			time.Sleep(late / 2)
			paint()
		}
		want("painted in time", true)
		p.ask()
		time.Sleep(late)
		paint() // before the call that the timer has queued
		want("painted at the last moment", true)
		for range 3 {
			p.ask()
			time.Sleep(late / 2)
		}
		want("pictures come and none is painted", false)
		paint()
		want("painted again", true)
		p.watched = false
		p.ask()
		time.Sleep(2 * late)
		want("where Fyne paints in any case", true)
	})
}

package web

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// press presses a key on the page.
func (th *theatre) press(t *testing.T, keys string) {
	t.Helper()
	th.run(t, chromedp.KeyEvent(keys))
}

// stands waits until the page shows a slide.
func (th *theatre) stands(t *testing.T, number int) {
	t.Helper()
	holds(t, th.tab, fmt.Sprintf(`%s === %d`, shown, number))
}

// pauses pauses the page, and returns the number of the slide on which it stands.
func (th *theatre) pauses(t *testing.T) (number int) {
	t.Helper()
	th.press(t, " ")
	says(t, th.tab, "state", "Paused")
	var at json.Number
	th.run(t, chromedp.Evaluate(momentShown, &at))
	number = th.reel.numberAt(t, at.String())
	th.stands(t, number) // of the pictures that have come, the page may not have shown the last yet
	return number
}

// inOrder waits until the page has shown slides from a number on in order, none twice.
// A machine that is busy shows not all of them.
func (th *theatre) inOrder(t *testing.T, from int) {
	t.Helper()
	holds(t, th.tab, fmt.Sprintf(`(() => {
		const slides = window.slides.slice(window.slides.indexOf(%d)).slice(0, 5);
		return slides.length === 5 && slides.every((slide, i) => i === 0 ? slide === %[1]d : slide > slides[i - 1] && slide < %[1]d + 100);
	})()`, from))
}

// follows notes each slide that the page shows from now on; see inOrder.
const follows = `window.slides = []; setInterval(() => {
	const slide = ` + shown + `;
	if (slide !== window.slides.at(-1)) window.slides.push(slide);
}, 20)`

func TestPagePausesAndPlaysOn(t *testing.T) {
	t.Parallel()
	const behind = `/^−0:(0[3-9]|[1-5]\d) Live$/.test(document.getElementById("live").textContent)`
	th, r := openReel(t)
	paused := th.pauses(t)
	eventually(t, "live to go on", func() bool { return r.number(time.Now()) > paused+3*reelFPS })
	th.stands(t, paused)
	holds(t, th.tab, behind)
	th.keep(t, "paused")
	th.run(t, chromedp.Evaluate(follows, nil))
	th.press(t, "k")
	says(t, th.tab, "state", "Behind live")
	th.inOrder(t, paused)
	holds(t, th.tab, behind)
	th.press(t, "l")
	says(t, th.tab, "state", "Live")
	holds(t, th.tab, fmt.Sprintf(`%s > %d && document.getElementById("live").textContent.trim() === "Live"`, shown, paused+3*reelFPS))
}

func TestPageGoesTenSecondsBackAndOn(t *testing.T) {
	t.Parallel()
	th, r := openReel(t)
	paused := th.pauses(t)
	th.press(t, kb.ArrowLeft)
	th.stands(t, r.number(r.taken(paused).Add(-10*time.Second)))
	th.press(t, kb.Home)
	th.stands(t, 1)
	// From here on, slides are exactly 100 ms apart: it does not matter whether the page goes on from a moment that
	// was asked for, or, as soon as its stream has come, from when the slide was taken.
	begun := r.number(r.Sections()[1].From)
	for i, go10 := range []chromedp.Action{chromedp.KeyEvent(kb.ArrowRight), chromedp.Click("#on"), chromedp.Click("#on"),
		chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowLeft), chromedp.Click("#back")} {
		th.run(t, go10)
		th.stands(t, []int{1 + 10*reelFPS, begun, begun + 10*reelFPS, begun + 20*reelFPS, begun + 10*reelFPS, begun}[i])
	}
}

func TestPageStepsByPicturesAndOverTheGap(t *testing.T) {
	t.Parallel()
	th, r := openReel(t)
	paused := th.pauses(t)
	th.press(t, ",")
	th.stands(t, paused-1)
	th.press(t, ",,")
	th.stands(t, paused-3)
	th.run(t, chromedp.Click("#stepon"))
	th.stands(t, paused-2)
	th.press(t, kb.Home)
	th.stands(t, 1)
	th.press(t, ",") // there is none
	th.press(t, ".")
	th.stands(t, 2)
	gap := r.Sections()[0]
	for range 3 {
		th.press(t, kb.ArrowRight)
	}
	end := r.number(gap.To)
	holds(t, th.tab, fmt.Sprintf(`%s > %d`, shown, end)) // a jump ends in no gap
	th.press(t, "k")
	says(t, th.tab, "state", "Behind live")
}

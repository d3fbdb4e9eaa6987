package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const noTimeLine = `!document.getElementById("timeline").checkVisibility()`

func TestPageWithoutAPastHasNoTimeLine(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	holds(t, th.tab, noTimeLine)
	th.press(t, " k,")
	moves(t, th.tab)
	says(t, th.tab, "state", "Live")
}

func TestPageOnWhichViewersMayNotRewindGoesOnLive(t *testing.T) {
	t.Parallel()
	th, _ := openReel(t)
	paused := th.pauses(t)
	th.stream.AllowRewind(false)
	says(t, th.tab, "state", "Live")
	holds(t, th.tab, noTimeLine)
	holds(t, th.tab, fmt.Sprintf(`%s > %d`, shown, paused))
	th.stream.AllowRewind(true)
	holds(t, th.tab, `!`+noTimeLine[1:])
}

func TestHiddenPageComesBackToItsMoment(t *testing.T) {
	t.Parallel()
	th, _ := openReel(t)
	th.pauses(t)
	th.press(t, kb.Home)
	th.stands(t, 1)
	th.hide(t, true)
	eventually(t, "the viewer to leave", func() bool { return th.stream.Viewers() == 0 })
	th.hide(t, false)
	eventually(t, "the viewer to come back", func() bool { return th.stream.Viewers() == 1 })
	th.stands(t, 1)
	says(t, th.tab, "state", "Paused")
}

func TestTimeLineShowsTheGap(t *testing.T) {
	t.Parallel()
	th, _ := openReel(t)
	// Two rectangles of pictures: the first is of 15 seconds, and ends where the gap of ten begins. How
	// wide a second is depends on how long the page took to open, and so does whether the live
	// pictures are a rectangle of their own.
	holds(t, th.tab, `(() => {
		const [first, second, ...more] = document.getElementById("kept").getAttribute("d").split("Z").filter((part) => part)
			.map((part) => /^M([\d.]+) 0H([\d.]+)V1H([\d.]+)$/.exec(part).slice(1).map(Number));
		const last = more.at(-1) ?? second;
		return first[0] === 0 && Math.abs((second[0] - first[1]) / first[1] - 10 / 15) < 0.05 && last[1] > 990 && more.length <= 1;
	})()`)
}

func TestTimeLineTellsAScreenReader(t *testing.T) {
	t.Parallel()
	th, _ := openReel(t)
	const slider = `document.querySelector("[role=slider]")`
	holds(t, th.tab, slider+`.getAttribute("aria-valuetext") === "Live" && `+slider+`.getAttribute("aria-label") === "Moment"`)
	holds(t, th.tab, `document.getElementById("live").getAttribute("aria-pressed") === "true"`)
	holds(t, th.tab, `document.getElementById("play").getAttribute("aria-label") === "Pause"`)
	holds(t, th.tab, `[...document.querySelectorAll("#timeline button")].every((b) => (b.getAttribute("aria-label") ?? b.textContent.trim()) !== "" && b.title !== "")`)
	th.run(t, chromedp.Focus("#past"))
	th.press(t, " ")
	says(t, th.tab, "state", "Paused")
	holds(t, th.tab, `document.getElementById("play").getAttribute("aria-label") === "Play"`)
	holds(t, th.tab, `document.getElementById("live").getAttribute("aria-pressed") === "false"`)
	th.press(t, kb.ArrowLeft)
	holds(t, th.tab, `/^\d+:\d\d:\d\d\D*, 0:[1-5]\d behind live$/.test(`+slider+`.getAttribute("aria-valuetext"))`)
	holds(t, th.tab, `(() => {
		const [now, max] = ["now", "max"].map((name) => Number(`+slider+`.getAttribute("aria-value" + name)));
		return now > 30 && max - now >= 10 && max - now < 60;
	})()`)
	th.press(t, kb.End)
	holds(t, th.tab, slider+`.getAttribute("aria-valuetext") === "Live"`)
}

func TestTimeLineFitsEveryScreen(t *testing.T) {
	t.Parallel()
	th, _ := openReel(t)
	const large = `[...document.querySelectorAll("#moves button, #past, #live")].every((e) => {
		const box = e.getBoundingClientRect();
		return box.height >= 35 && box.width >= 40 && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
	})`
	th.fitsEverywhere(t, "timeline-live")
	th.pauses(t)
	th.press(t, kb.ArrowLeft)
	holds(t, th.tab, `document.getElementById("behind").textContent > "−0:10"`)
	th.fitsEverywhere(t, "timeline-past")
	for _, size := range screens {
		th.run(t, chromedp.EmulateViewport(size[0], size[1]))
		holds(t, th.tab, large)
	}
}

// In full screen the time line is over the picture while the mouse moves, and goes away.
func TestTimeLineRestsInFullScreen(t *testing.T) {
	t.Parallel()
	th, _ := openReel(t, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}))
	const opacity = `getComputedStyle(document.getElementById("timeline")).opacity`
	const alone = `document.fullscreenElement !== null && ` + opacity + ` === "0" && getComputedStyle(document.body).cursor === "none"`
	th.press(t, "f")
	holds(t, th.tab, alone)
	holds(t, th.tab, `Math.round(document.getElementById("frame").getBoundingClientRect().bottom) <= innerHeight`)
	th.run(t, chromedp.Evaluate(`window.seen = ""; new MutationObserver(() => window.seen += `+opacity+`)
		.observe(document.body, {attributeFilter: ["data-resting"]}), 0`, nil))
	for x := range 2 {
		th.run(t, input.DispatchMouseEvent(input.MouseMoved, float64(300+x), 300))
	}
	th.keep(t, "fullscreen")
	holds(t, th.tab, `/^1+0$/.test(window.seen) && `+alone)
	th.press(t, " ")
	holds(t, th.tab, `/^1+01+0$/.test(window.seen) && document.body.dataset.state === "past" && `+alone)
}

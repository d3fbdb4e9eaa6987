package web

import (
	"bytes"
	"context"
	"iter"
	"math"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"

	"github.com/chromedp/chromedp"
)

const (
	reelFPS   = 10
	reelSpan  = 65 * time.Second // before the first live picture
	reelGap   = 10 * time.Second // of it without pictures,
	reelAfter = 25 * time.Second // which ends after this
	firstLive = 1000             // the number of the first live slide
)

// slideReel is a past of slides, with a gap, that goes on with a feed's pictures. A frame's Seq is
// the number of its slide.
type slideReel struct {
	mu     sync.Mutex
	frames []*streaming.Frame
	grown  chan struct{}
}

// newSlideReel returns a slideReel that ends now.
func newSlideReel() *slideReel {
	r := &slideReel{grown: make(chan struct{})}
	began := time.Now().Add(-reelSpan).Truncate(time.Microsecond)
	for n := 1; n < int(reelSpan.Seconds())*reelFPS; n++ {
		after := time.Duration(n) * time.Second / reelFPS
		if after > reelAfter-reelGap && after < reelAfter {
			continue
		}
		run := uint64(0)
		if after < reelAfter {
			run = 1 << 32
		}
		r.frames = append(r.frames, streaming.NewFrame(uint64(n), run, began.Add(after), slideWidth, slideHeight, slide(n)))
	}
	return r
}

func (r *slideReel) add(frame *streaming.Frame) {
	if frame.Card != nil {
		return
	}
	n := firstLive + frame.Seq
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frames = append(r.frames, streaming.NewFrame(n, 0, frame.Taken, frame.Width, frame.Height, bytes.Clone(frame.JPEG)))
	close(r.grown)
	r.grown = make(chan struct{})
}

// held returns a picture by its place, held for the caller.
func (r *slideReel) held(place int) (*streaming.Frame, error) {
	if place < 0 || place >= len(r.frames) {
		return nil, nil
	}
	r.frames[place].Hold()
	return r.frames[place], nil
}

// place is that of the first picture for which later is true.
func (r *slideReel) place(later func(*streaming.Frame) bool) int {
	if place := slices.IndexFunc(r.frames, later); place >= 0 {
		return place
	}
	return len(r.frames)
}

func (r *slideReel) At(t time.Time) (*streaming.Frame, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held(max(0, r.place(func(f *streaming.Frame) bool { return f.Taken.UnixMicro() > t.UnixMicro() })-1))
}

func (r *slideReel) After(f *streaming.Frame) (*streaming.Frame, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held(r.place(func(other *streaming.Frame) bool { return other.Seq > f.Seq }))
}

func (r *slideReel) Before(f *streaming.Frame) (*streaming.Frame, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held(r.place(func(other *streaming.Frame) bool { return other.Seq >= f.Seq }) - 1)
}

func (r *slideReel) Grown() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.grown
}

func (r *slideReel) Sections() (sections []replay.Section) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, f := range r.frames {
		if i == 0 || f.Taken.Sub(r.frames[i-1].Taken) > reelGap/2 {
			sections = append(sections, replay.Section{From: f.Taken})
		}
		last := &sections[len(sections)-1]
		last.To, last.Pictures = f.Taken, last.Pictures+1
	}
	return sections
}

// number returns that of the slide of a moment.
func (r *slideReel) number(t time.Time) int {
	f, _ := r.At(t)
	defer f.Release()
	return int(f.Seq)
}

// numberAt returns that of the slide of a moment, in seconds since 1970.
func (r *slideReel) numberAt(t *testing.T, seconds string) int {
	t.Helper()
	at, err := strconv.ParseFloat(seconds, 64)
	if err != nil {
		t.Fatal(err)
	}
	return r.number(time.UnixMicro(int64(math.Round(at * 1e6))))
}

// momentShown is the moment at which a page that is paused stands, in seconds since 1970: that
// whose picture a click on Snapshot would save.
const momentShown = `(() => {
	const snapshot = document.getElementById("snapshot");
	document.addEventListener("click", (event) => event.preventDefault(), {once: true});
	snapshot.click();
	return Number(new URL(snapshot.href).searchParams.get("at"));
})()`

// taken returns when a slide was taken.
func (r *slideReel) taken(number int) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.frames[r.place(func(f *streaming.Frame) bool { return f.Seq >= uint64(number) })].Taken
}

// liveSlides is a camera whose pictures are slides that go on from those of a slideReel.
func liveSlides() streaming.Source {
	return streaming.Source{ID: "slides", Name: "Slides", Frames: func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
		return func(yield func(streaming.Picture, error) bool) {
			granted(streaming.Mode{Width: slideWidth, Height: slideHeight, FPS: reelFPS})
			tick := time.NewTicker(time.Second / reelFPS)
			defer tick.Stop()
			for n := firstLive + 1; yield(streaming.Picture{JPEG: slide(n)}, nil); n++ {
				select {
				case <-tick.C:
				case <-ctx.Done():
					return
				}
			}
		}
	}}
}

// openReel opens the page of a stream with a past, in a theatre.
func openReel(t *testing.T, before ...chromedp.Action) (*theatre, *slideReel) {
	t.Helper()
	th := openTheatre(t, reelFPS)
	r := newSlideReel()
	t.Cleanup(th.feed.Follow(r.add))
	th.feed.Use(liveSlides())
	t.Cleanup(th.feed.Keep())
	th.stream.RewindWith(r)
	th.reel = r
	th.run(t, before...)
	th.run(t, chromedp.Navigate(th.url+"/"))
	holds(t, th.tab, `document.getElementById("timeline")?.checkVisibility()`)
	holds(t, th.tab, shown+" > 1010")
	return th, r
}

// shown is the number of the slide that the page shows; -1 if it is none.
const shown = `(() => {
	const canvas = document.getElementById("picture");
	if (canvas.hidden) return -1;
	const small = new OffscreenCanvas(16, 1).getContext("2d", {willReadFrequently: true});
	small.drawImage(canvas, 0, 100, 384, 1, 0, 0, 16, 1);
	const bits = [...small.getImageData(0, 0, 16, 1).data].filter((_, i) => i % 4 === 0).map((shade) => Number(shade > 127)).join("");
	return bits[0] === "1" && bits[15] === "0" ? parseInt(bits.slice(1, 15), 2) : -1;
})()`

// slideShown returns the number of the slide that the page shows.
func (th *theatre) slideShown(t *testing.T) (n int) {
	t.Helper()
	th.run(t, chromedp.Evaluate(shown, &n))
	return n
}

package web

import (
	"errors"
	"testing"

	"fanlight/streaming/sound/soundtest"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// openPattern opens the page of a stream with a microphone, in a theatre.
func openPattern(t *testing.T, before ...chromedp.Action) (*theatre, *pattern) {
	t.Helper()
	th := openTheatre(t, patternFPS)
	p := newPattern(t, th.stream, 0)
	th.feed.Use(p.source())
	th.run(t, before...)
	th.run(t, chromedp.Navigate(th.url+"/"))
	holds(t, th.tab, `document.getElementById("sound")?.checkVisibility()`)
	holds(t, th.tab, shown+" > 0")
	return th, p
}

// goesOn waits until the page shows another slide.
func (th *theatre) goesOn(t *testing.T) {
	t.Helper()
	th.run(t, chromedp.Evaluate(`window.before = `+shown, nil))
	holds(t, th.tab, shown+` > window.before`)
}

const (
	listens = `document.getElementById("sound").getAttribute("aria-pressed") === "true"`
	silent  = `document.getElementById("sound").getAttribute("aria-pressed") === "false" && document.getElementById("lag").hidden`
)

// No microphone is opened before somebody wants to hear it, nor for longer.
func TestPageHasSoundOnceItsViewerWantsIt(t *testing.T) {
	th, p := openPattern(t)
	if now := p.sound.Status().State.String(); now != "off" {
		t.Errorf("the microphone is %s", now)
	}
	th.keep(t, "sound-off")
	for how, press := range map[string]chromedp.Action{"button": chromedp.Click("#sound"), "key": chromedp.KeyEvent("m")} {
		holds(t, th.tab, silent)
		th.run(t, press)
		says(t, th.tab, "lag", "Sound is ")
		holds(t, th.tab, listens)
		th.goesOn(t)
		th.keep(t, "sound-on-by-"+how)
		th.run(t, press)
		holds(t, th.tab, silent)
		th.goesOn(t)
		eventually(t, "nobody to listen", func() bool { return listeners(th.stream) == 0 })
	}
}

// listeners are how many there are on the server.
func listeners(s *Stream) (n int) {
	s.viewers.mu.Lock()
	defer s.viewers.mu.Unlock()
	for _, v := range s.viewers.here {
		if v.listens {
			n++
		}
	}
	return n
}

// Pictures never go back, whether sound begins, is there or ends.
func TestPageNeverGoesBackForTheSound(t *testing.T) {
	th, p := openPattern(t)
	th.run(t, chromedp.Evaluate(eyes, nil))
	for range 3 {
		th.run(t, chromedp.Click("#sound"))
		says(t, th.tab, "lag", "Sound is ")
		th.goesOn(t)
		p.stuck.Store(true)
		says(t, th.tab, "lag", "Waiting for sound")
		th.goesOn(t)
		p.stuck.Store(false)
		says(t, th.tab, "lag", "Sound is ")
		th.run(t, chromedp.Click("#sound"))
		holds(t, th.tab, silent)
		th.goesOn(t)
	}
	neverBack(t, sightings(t, chrome{th.tab}))
}

// The page says why there is no sound, shows pictures meanwhile, and has sound again by itself.
func TestPageTellsWhyThereIsNoSound(t *testing.T) {
	th, p := openPattern(t)
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound is ")
	p.sound.Mute(true)
	says(t, th.tab, "lag", "Microphone muted")
	th.goesOn(t)
	p.sound.Mute(false)
	says(t, th.tab, "lag", "Sound is ")
	why := errors.New("it fell off the desk")
	p.deaf.Store(&why)
	says(t, th.tab, "lag", "Microphone lost")
	th.goesOn(t)
	p.deaf.Store(nil)
	says(t, th.tab, "lag", "Sound is ")
	th.loseCamera(t, p)
	th.hide(t, true)
	eventually(t, "nobody to listen", func() bool { return listeners(th.stream) == 0 })
	th.hide(t, false)
	says(t, th.tab, "lag", "Sound is ")
	th.goesOn(t)
}

// loseCamera loses the camera, and brings it back; there is sound all the while.
func (th *theatre) loseCamera(t *testing.T, p *pattern) {
	t.Helper()
	why := errors.New("the lens is dirty")
	p.fail.Store(&why)
	says(t, th.tab, "state", "Camera lost")
	says(t, th.tab, "lag", "Sound is ")
	p.fail.Store(nil)
	says(t, th.tab, "state", "Live")
	th.goesOn(t)
}

func TestPageWithoutAMicrophoneHasNoButton(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	says(t, th.tab, "viewers", "1 viewer")
	th.press(t, "m")
	holds(t, th.tab, `document.getElementById("sound").hidden && document.getElementById("lag").hidden && document.getElementById("volume").hidden`)
}

func TestPageWithSoundFitsEveryScreen(t *testing.T) {
	th, _ := openPattern(t)
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound is ")
	th.fitsEverywhere(t, "sound")
}

// There is sound of the past at normal speed only.
func TestPageHasTheSoundOfItsMoment(t *testing.T) {
	th := openTheatre(t, reelFPS)
	newPattern(t, th.stream, 0)
	r := newSlideReel()
	t.Cleanup(th.feed.Follow(r.add))
	th.feed.Use(liveSlides())
	th.stream.RewindWith(r)
	th.run(t, startWith(`window.asked = [];
		const real = window.fetch;
		window.fetch = (...what) => { window.asked.push(String(what[0])); return real(...what); }`))
	th.run(t, chromedp.Navigate(th.url+"/"))
	holds(t, th.tab, `document.getElementById("timeline")?.checkVisibility() && document.getElementById("sound").checkVisibility()`)
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound is ")
	th.press(t, kb.ArrowLeft)
	holds(t, th.tab, `window.asked.some((address) => /^audio.pcm.*&from=\d+[.]\d{6}$/.test(address))`)
	th.press(t, "<")
	says(t, th.tab, "lag", "No sound")
	th.press(t, "k")
	says(t, th.tab, "state", "Paused")
	says(t, th.tab, "lag", "No sound")
	th.press(t, "l")
	says(t, th.tab, "lag", "Sound is ")
	th.goesOn(t)
}

func TestFirefoxHasSoundAndNeverGoesBack(t *testing.T) {
	need(t, "pulseaudio", "pulseaudio")
	soundtest.NewPulse(t) // without a loudspeaker Firefox plays nothing
	f := startFirefox(t)
	h := serve(t, 0)
	p := newPattern(t, h.stream, 0)
	h.feed.Use(p.source())
	if err := f.visit(h.url + "/"); err != nil {
		t.Fatal(err)
	}
	f.finds(t, `document.getElementById("sound")?.checkVisibility() && `+shown+` > 0`)
	f.finds(t, eyes)
	for range 2 {
		if err := f.press("#sound"); err != nil {
			t.Fatal(err)
		}
		f.finds(t, `document.getElementById("lag").textContent.startsWith("Sound is ")`)
		if err := f.press("#sound"); err != nil {
			t.Fatal(err)
		}
		f.finds(t, silent)
	}
	f.finds(t, `window.slides.length > 60`)
	neverBack(t, sightings(t, f))
}

package web

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fanlight/streaming/history"
	"fanlight/streaming/library"
	"fanlight/streaming/matroska"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/opus"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hearing is a script that notes when the clicks of a pattern are heard, by the clock of the
// loudspeaker, and how much sound was handed to that.
const hearing = `(() => {
	window.clicks = [];
	window.packets = 0;
	const start = AudioBufferSourceNode.prototype.start;
	AudioBufferSourceNode.prototype.start = function (when) {
		window.packets++;
		const { contextTime, performanceTime } = this.context.getOutputTimestamp();
		const loud = this.buffer.getChannelData(0).findIndex((value) => Math.abs(value) > 0.06);
		const at = performance.timeOrigin + performanceTime + 1000 * (when + loud / 48000 - contextTime);
		if (loud >= 0 && at - (window.clicks.at(-1) ?? 0) > 200) window.clicks.push(at);
		return start.call(this, when);
	};
})()`

// clicksHeard are those that hearing has noted.
func clicksHeard(t *testing.T, th *theatre) (all []time.Time) {
	t.Helper()
	var times []float64
	th.run(t, chromedp.Evaluate(`window.clicks`, &times))
	for _, at := range times {
		all = append(all, time.UnixMicro(int64(1000*at)))
	}
	return all
}

// inStep checks that flashes are seen and clicks are heard together for a while.
func (th *theatre) inStep(t *testing.T, d time.Duration) {
	t.Helper()
	th.run(t, chromedp.Evaluate(`window.clicks = []; window.slides = []`, nil))
	from := time.Now()
	time.Sleep(d)
	to := time.Now()
	seen := sightings(t, chrome{th.tab})
	report(t, json.RawMessage(t.Name()), skews(seen, clicksHeard(t, th), from, to), seen)
}

// record writes some seconds of a pattern.
func (p *pattern) record(t *testing.T, path string, seconds int) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := matroska.NewWriterWithSound(file, slideWidth, slideHeight, "Pattern", p.began, sound.OpusHead())
	write(t, err)
	encoder, err := opus.NewEncoder()
	write(t, err)
	samples := make([]int16, sound.PacketSamples)
	picture := 0
	for n := range seconds * int(time.Second/sound.PacketLength) {
		after := time.Duration(n) * sound.PacketLength
		for ; time.Duration(picture)*time.Second/patternFPS <= after; picture++ {
			write(t, w.Write(slide(picture), p.began.Add(time.Duration(picture)*time.Second/patternFPS)))
		}
		p.samples(after, samples)
		packet, err := encoder.Encode(nil, samples)
		write(t, err)
		write(t, w.WriteSound(packet, p.began.Add(after)))
	}
	write(t, w.Close())
}

// openFilm opens the page of a recording of a pattern, in a theatre.
func openFilm(t *testing.T, seconds int, before ...chromedp.Action) *theatre {
	t.Helper()
	th := openTheatre(t, patternFPS)
	dir := t.TempDir()
	newPattern(t, th.stream, 0).record(t, filepath.Join(dir, "pattern.mkv"), seconds)
	films := library.New(dir, library.Options{Running: func(string) bool { return false }, Log: discarded})
	t.Cleanup(films.Close)
	th.stream.LibraryWith(films)
	th.stream.ShowRecordings(true)
	th.run(t, before...)
	th.run(t, startWith(hearing), chromedp.Navigate(th.url+"/recordings/pattern.mkv/"))
	holds(t, th.tab, `document.getElementById("sound")?.checkVisibility()`)
	holds(t, th.tab, shown+" > 0")
	th.run(t, chromedp.Evaluate(eyes, nil))
	return th
}

// isSilent checks that no more sound is played.
func (th *theatre) isSilent(t *testing.T) {
	t.Helper()
	says(t, th.tab, "lag", "No sound")
	holds(t, th.tab, `document.getElementById("sound").title === "Sound plays only at normal speed"`)
	eventually(t, "nobody to listen", func() bool { return listeners(th.stream) == 0 })
	th.run(t, chromedp.Evaluate(`window.packets = 0`, nil))
	time.Sleep(300 * time.Millisecond)
	holds(t, th.tab, `window.packets === 0`)
}

// The sound of a recording is heard in step with its pictures, from wherever it is played, and
// only at normal speed.
func TestPageOfARecordingHasItsSound(t *testing.T) {
	th := openFilm(t, 90)
	th.keep(t, "film-sound-off")
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound on")
	th.keep(t, "film-sound-on")
	th.inStep(t, 6*time.Second)
	th.press(t, kb.ArrowRight) // ten seconds on
	says(t, th.tab, "lag", "Sound on")
	time.Sleep(time.Second)
	th.inStep(t, 6*time.Second)
	for _, key := range []string{"k", ">"} { // pause, double speed
		th.press(t, key)
		th.isSilent(t)
		th.press(t, map[string]string{"k": "k", ">": "<"}[key])
		says(t, th.tab, "lag", "Sound on")
	}
	th.press(t, ".") // one picture on
	th.isSilent(t)
	th.keep(t, "film-sound-paused")
	th.press(t, "k")
	says(t, th.tab, "lag", "Sound on")
	th.fitsEverywhere(t, "film")
	th.press(t, "m")
	holds(t, th.tab, silent)
}

// Where sound is late again and again, a recording's goes on with Opus, too.
func TestPageOfARecordingTakesOpus(t *testing.T) {
	th := openFilm(t, 90, startWith(asking), startWith(lateness))
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound on")
	th.run(t, chromedp.Evaluate(`window.late = 60`, nil))
	holds(t, th.tab, askedOpus)
	says(t, th.tab, "lag", "Sound on")
	th.goesOn(t)
	th.press(t, "k")
	th.isSilent(t)
}

// A viewer behind live hears the past as it was heard, in step with what is seen.
func TestPageHasTheSoundOfThePastInStep(t *testing.T) {
	th := openTheatre(t, patternFPS)
	p := newPattern(t, th.stream, 0)
	past := history.New(th.feed, 64<<20, discarded)
	t.Cleanup(past.Close)
	th.stream.RewindWith(past)
	th.feed.Use(p.source())
	th.run(t, startWith(hearing), chromedp.Navigate(th.url+"/"))
	holds(t, th.tab, `document.getElementById("sound")?.checkVisibility()`)
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound is ")
	time.Sleep(12 * time.Second)
	th.press(t, kb.ArrowLeft) // ten seconds back
	says(t, th.tab, "state", "Behind live")
	holds(t, th.tab, `/Sound is 1?\d[.]\d s behind/.test(document.getElementById("lag").textContent)`)
	th.run(t, chromedp.Evaluate(eyes, nil))
	th.keep(t, "past-sound")
	th.inStep(t, 6*time.Second)
}

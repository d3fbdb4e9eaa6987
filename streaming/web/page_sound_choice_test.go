package web

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// asking is a script that notes what the page requests.
const asking = `(() => {
	window.asked = [];
	const real = window.fetch;
	window.fetch = (...what) => { window.asked.push(String(what[0])); return real(...what); };
})()`

const askedOpus = `window.asked.some((address) => address.startsWith("audio.webm"))`

// lateness is a script by which the loudspeaker is ahead of all sound that comes, by window.late
// seconds, whatever the machine.
const lateness = `(() => {
	window.late = 0;
	const real = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, "currentTime").get;
	Object.defineProperty(BaseAudioContext.prototype, "currentTime", { get() { return real.call(this) + window.late; } });
})()`

// Where sound is late again and again, the page goes on with Opus; once it is late, it does not.
func TestPageTakesOpusWhereSoundIsLate(t *testing.T) {
	th, _ := openPattern(t, startWith(asking), startWith(lateness))
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound is ")
	th.run(t, chromedp.Evaluate(`window.late = 60`, nil))
	says(t, th.tab, "lag", "Waiting for sound")
	th.run(t, chromedp.Evaluate(`window.late = 0`, nil))
	says(t, th.tab, "lag", "Sound is ")
	holds(t, th.tab, "!"+askedOpus)
	th.run(t, chromedp.Evaluate(`window.late = 60`, nil))
	holds(t, th.tab, askedOpus)
	says(t, th.tab, "lag", "Sound is ")
	th.goesOn(t)
}

// The volume is that of the sound, and the window remembers it and the button when the page is
// loaded again: browsers play nothing before the first click.
func TestPageRemembersSoundAndVolume(t *testing.T) {
	const volume = `(() => {
		const Real = window.GainNode;
		window.GainNode = class extends Real {
			constructor(...what) {
				super(...what);
				window.gain = this.gain;
			}
		};
	})()`
	th, _ := openPattern(t, startWith(volume))
	holds(t, th.tab, `document.getElementById("volume").hidden`)
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound is ")
	holds(t, th.tab, `document.getElementById("volume").checkVisibility() && window.gain.value === 1`)
	th.run(t, chromedp.Evaluate(`(() => {
		const volume = document.getElementById("volume");
		volume.value = 0.25;
		volume.dispatchEvent(new Event("input"));
	})()`, nil))
	holds(t, th.tab, `window.gain.value === 0.25`)
	th.run(t, chromedp.Reload())
	holds(t, th.tab, shown+" > 0 && document.getElementById('sound').checkVisibility()")
	holds(t, th.tab, silent)
	th.run(t, chromedp.Click("#picture"))
	says(t, th.tab, "lag", "Sound is ")
	holds(t, th.tab, `window.gain.value === 0.25 && document.getElementById("volume").value === "0.25"`)
	th.run(t, chromedp.Click("#sound"), chromedp.Reload())
	holds(t, th.tab, shown+" > 0 && document.getElementById('sound').checkVisibility()")
	th.run(t, chromedp.Click("#picture"))
	th.goesOn(t)
	holds(t, th.tab, silent)
}

// One window of a browser has the sound: the one whose viewer has wanted it last.
func TestOneWindowHasTheSound(t *testing.T) {
	th, _ := openPattern(t)
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound is ")
	other, end := chromedp.NewContext(th.tab)
	t.Cleanup(end)
	if err := chromedp.Run(other, chromedp.Navigate(th.url+"/")); err != nil {
		t.Fatal(err)
	}
	holds(t, other, `document.getElementById("sound")?.checkVisibility()`)
	holds(t, other, silent)
	if err := chromedp.Run(other, chromedp.Click("#sound")); err != nil {
		t.Fatal(err)
	}
	says(t, other, "lag", "Sound is ")
	holds(t, th.tab, `document.getElementById("sound").getAttribute("aria-pressed") === "false"`)
	eventually(t, "one to listen", func() bool { return listeners(th.stream) == 1 })
}

// The lag of the page, by a clock of the test's: sound and pictures of the past go over a gap
// together, and a link that is late for a moment does not let go of them.
func TestLagGoesOverAGap(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	const script = `(async () => {
		let now = 1000;
		performance.now = () => now;
		const lag = await import("./lag.js?of=the-test");
		const told = [];
		let taken = 5000000;
		const play = (ms, sound) => {
			for (const end = now + ms; now < end; now += 20, taken += 20) {
				lag.picture(taken);
				if (sound) lag.sound(taken + 2000, 30); // which comes early
			}
		};
		const tell = () => told.push(Math.round(lag.due(taken) - now));
		lag.begin(true);
		play(3000, true);
		tell();
		taken += 60000; // a gap
		play(200, true);
		tell();
		now += 300; // nothing comes
		play(200, true);
		tell();
		delete performance.now;
		return JSON.stringify(told);
	})()`
	var told string
	th.run(t, chromedp.Evaluate(script, &told, await))
	var lags []int
	if err := json.NewDecoder(strings.NewReader(told)).Decode(&lags); err != nil || len(lags) != 3 {
		t.Fatalf("%q: %v", told, err)
	}
	for n, want := range [][2]int{{20, 30}, {20, 30}, {20, 330}} {
		if lags[n] < want[0] || lags[n] > want[1] {
			t.Errorf("shown after %v ms, want %v of the %dth", lags, want, n)
		}
	}
}

// await has an expression's promise be waited for.
func await(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

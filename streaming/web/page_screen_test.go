package web

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// screens are those of a small phone, phones upright and sideways, a small display held
// upright and a laptop.
var screens = [][2]int64{{320, 568}, {568, 320}, {390, 844}, {844, 390}, {480, 800}, {1280, 800}}

// fits is true in a page that does not scroll, and whose texts and buttons are all on the
// screen and as wide as they must be.
const fits = `(() => {
	const root = document.documentElement;
	if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) return false;
	const shown = [...document.querySelectorAll("h1, p, button, a, label, input, #notice, #frame")].filter((e) => e.checkVisibility());
	return shown.length >= 4 && shown.every((e) => {
		const box = e.getBoundingClientRect();
		return box.left >= 0 && box.top >= 0 && box.right <= innerWidth + 0.5 && box.bottom <= innerHeight + 0.5 && e.scrollWidth <= e.clientWidth + 1;
	});
})()`

// fitsEverywhere looks at the page on all screens, light and dark.
func (th *theatre) fitsEverywhere(t *testing.T, name string) {
	t.Helper()
	for _, size := range screens {
		for _, scheme := range []string{"light", "dark"} {
			th.run(t, chromedp.EmulateViewport(size[0], size[1]),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
			holds(t, th.tab, fmt.Sprintf(`innerWidth === %d && innerHeight === %d`, size[0], size[1]))
			holds(t, th.tab, fits)
			th.keep(t, fmt.Sprintf("%s-%dx%d-%s", name, size[0], size[1], scheme))
		}
	}
}

func TestPageFitsEveryScreen(t *testing.T) {
	th := openTheatre(t, 10)
	th.stream.Rename("Logitech HD Pro Webcam C920 on Kitchen-Raspberry-Pi.local")
	th.open(t)
	th.fitsEverywhere(t, "live")
	th.server.SetPasscode("open sesame")
	holds(t, th.tab, `document.querySelector("form input[name=passcode]") !== null`)
	th.fitsEverywhere(t, "passcode")
}

func TestTapLeavesThePictureAlone(t *testing.T) {
	th := openTheatre(t, 10)
	th.run(t, chromedp.EmulateViewport(844, 390, chromedp.EmulateMobile, chromedp.EmulateTouch),
		startWith(`Object.defineProperty(Document.prototype, "fullscreenEnabled", {value: false})`)) // as on iPhones
	th.open(t)
	const (
		bars  = `document.querySelector("header").checkVisibility() && document.querySelector("footer").checkVisibility()`
		alone = `!document.querySelector("header").checkVisibility() && !document.querySelector("footer").checkVisibility() &&
			Math.round(document.getElementById("frame").getBoundingClientRect().height) === innerHeight`
	)
	holds(t, th.tab, bars)
	for how, press := range map[string]chromedp.Action{"tap": chromedp.Click("#frame"), "key": chromedp.KeyEvent("f"), "button": chromedp.Click("#fullscreen")} {
		th.run(t, press)
		holds(t, th.tab, alone)
		moves(t, th.tab)
		th.keep(t, "alone-by-"+how)
		th.run(t, chromedp.Click("#frame"))
		holds(t, th.tab, bars)
	}
	th.run(t, chromedp.Click("#frame"))
	holds(t, th.tab, alone)
	why := errLens
	th.fail.Store(&why)
	says(t, th.tab, "state", "Camera lost")
	holds(t, th.tab, bars)
}

// startWith runs a script in each page before its own.
func startWith(script string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := devtools.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	})
}

// The screen stays on while the picture plays, and not longer.
func TestPageKeepsTheScreenAwake(t *testing.T) {
	th := openTheatre(t, 10)
	th.run(t, startWith(`window.locks = 0;
		Object.defineProperty(navigator, "wakeLock", {value: {request: async (kind) => {
			if (kind !== "screen") throw new Error(kind);
			window.locks++;
			return {release: async () => { window.locks--; }};
		}}})`))
	th.open(t)
	holds(t, th.tab, `window.locks === 1`)
	th.hide(t, true)
	holds(t, th.tab, `window.locks === 0`)
	th.hide(t, false)
	holds(t, th.tab, `window.locks === 1`)
	why := errLens
	th.fail.Store(&why)
	says(t, th.tab, "state", "Camera lost")
	holds(t, th.tab, `window.locks === 0`)
}

func TestPageWorksWithoutAWakeLock(t *testing.T) {
	for name, script := range map[string]string{
		"insecure": `Object.defineProperty(navigator, "wakeLock", {value: undefined})`,
		"refused":  `Object.defineProperty(navigator, "wakeLock", {value: {request: async () => { throw new Error("the battery is low"); }}})`,
	} {
		t.Run(name, func(t *testing.T) {
			th := openTheatre(t, 10)
			th.run(t, startWith(script))
			th.open(t)
			th.hide(t, true)
			th.hide(t, false)
			moves(t, th.tab)
			th.mu.Lock()
			defer th.mu.Unlock()
			if len(th.faults) > 0 {
				t.Errorf("the browser complains: %q", th.faults)
			}
		})
	}
}

// The browser itself reads the manifest, of a stream under a path of its own and with the
// passcode not entered, and fetches each icon.
func TestPageCanBePutOnTheHomeScreen(t *testing.T) {
	th := openTheatre(t, 10)
	th.server.Add("/door/", th.bench.Feed(t), StreamOptions{Name: `Door "2" & <yard>`})
	th.server.SetPasscode("open sesame")
	var data string
	var errors []*devtools.AppManifestError
	var address string
	th.run(t, chromedp.Navigate(th.url+"/door/"), chromedp.WaitVisible("#passcode"), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		address, errors, data, _, err = devtools.GetAppManifest().Do(ctx)
		return err
	}))
	var manifest struct {
		Name, Display string
		Short         string `json:"short_name"`
		Start         string `json:"start_url"`
		Icons         []struct{ Src, Type, Sizes, Purpose string }
	}
	if err := json.Unmarshal([]byte(data), &manifest); err != nil || len(errors) > 0 {
		t.Fatalf("%v, %v: %s", err, errors, data)
	}
	if address != th.url+"/door/manifest.webmanifest" || manifest.Name != `Door "2" & <yard>` || manifest.Short != manifest.Name ||
		manifest.Display != "standalone" || manifest.Start != "./" || len(manifest.Icons) != 5 {
		t.Errorf("%s: %+v", address, manifest)
	}
	for _, icon := range manifest.Icons {
		var size string
		th.run(t, chromedp.Evaluate(fmt.Sprintf(`new Promise((resolve) => {
			const image = new Image();
			image.onload = () => resolve(image.naturalWidth + "x" + image.naturalHeight);
			image.onerror = () => resolve("none");
			image.src = %q;
		})`, icon.Src), &size, awaited))
		if icon.Sizes != "any" && size != icon.Sizes || size == "none" {
			t.Errorf("%+v: is %s", icon, size)
		}
		if response := th.get(t, "GET", "/door/"+icon.Src); response.Header.Get("Content-Type") != icon.Type {
			t.Errorf("%+v: is %s", icon, response.Header.Get("Content-Type"))
		}
	}
}

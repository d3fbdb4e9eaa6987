package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/streaming"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

func TestPageShowsMovingPicturesWithoutAFault(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	says(t, th.tab, "mode", "1280×720 · ")
	says(t, th.tab, "viewers", "1 viewer")
	holds(t, th.tab, `document.title === "Bench on here"`)
	var first, second []byte
	th.run(t, chromedp.Screenshot("#picture", &first))
	for deadline := time.Now().Add(patience); ; {
		th.run(t, chromedp.Screenshot("#picture", &second))
		if !bytes.Equal(first, second) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("all screenshots are the same")
		}
	}
	for name, size := range map[string][2]int64{"desktop": {1280, 800}, "phone": {390, 844}, "lying": {844, 390}} {
		for _, scheme := range []string{"light", "dark"} {
			th.run(t, chromedp.EmulateViewport(size[0], size[1]),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
			moves(t, th.tab)
			holds(t, th.tab, `document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight`)
			th.keep(t, name+"-"+scheme)
		}
	}
	for _, full := range []string{"true", "false"} {
		th.run(t, chromedp.KeyEvent("f"))
		holds(t, th.tab, `(document.fullscreenElement !== null) === `+full)
		moves(t, th.tab)
	}
	th.mu.Lock()
	defer th.mu.Unlock()
	if len(th.faults) > 0 {
		t.Errorf("the browser complains: %q", th.faults)
	}
}

func TestPageSavesASnapshotByButtonAndByKey(t *testing.T) {
	th := openTheatre(t, 10)
	names := make(chan string, 10)
	chromedp.ListenTarget(th.tab, func(event any) {
		if begin, ok := event.(*browser.EventDownloadWillBegin); ok {
			names <- begin.SuggestedFilename
		}
	})
	th.run(t, browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(t.TempDir()).WithEventsEnabled(true))
	th.open(t)
	for how, press := range map[string]chromedp.Action{"button": chromedp.Click("#snapshot"), "key": chromedp.KeyEvent("s")} {
		th.run(t, press)
		select {
		case name := <-names:
			taken, err := time.ParseInLocation("Tür-Kamera- 2 2006-01-02 15.04.05.jpg", name, time.Local)
			if age := time.Since(taken); err != nil || age < -time.Second || age > 2*patience {
				t.Errorf("%s: saved as %q, %v", how, name, err)
			}
		case <-time.After(patience):
			t.Errorf("%s: nothing is saved", how)
		}
	}
	moves(t, th.tab) // and the page stays
}

func TestPageSaysThatSharingHasEndedAndHeals(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	for range 2 {
		th.stop()
		says(t, th.tab, "state", "Sharing has ended")
		says(t, th.tab, "detail", "reconnects when sharing begins again")
		holds(t, th.tab, `document.getElementById("viewers").hidden && document.getElementById("mode").hidden`)
		th.keep(t, "ended")
		th.again(t)
		says(t, th.tab, "state", "Live")
		moves(t, th.tab)
		holds(t, th.tab, `document.getElementById("notice").hidden`)
	}
}

func TestPageOutlivesTheNetwork(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	th.air.away.Store(true)
	says(t, th.tab, "state", "Not reachable")
	th.keep(t, "gone")
	th.air.away.Store(false)
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
}

func TestPageTellsWhyItIsRefused(t *testing.T) {
	th := openTheatre(t, 10)
	th.stream.SetMaxViewers(1)
	other := th.get(t, "GET", "/stream.mjpg")
	th.run(t, chromedp.Navigate(th.url+"/"))
	says(t, th.tab, "state", "No picture")
	says(t, th.tab, "detail", "The limit of 1 viewer is reached.")
	th.keep(t, "refused")
	other.Body.Close()
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
}

func TestPageSaysThatItIsKeptOut(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	watching := th.stream.Watching()
	if len(watching) != 1 || !th.stream.KeepOut(watching[0].ID) {
		t.Fatalf("kept nobody out of %v", watching)
	}
	says(t, th.tab, "state", "Blocked")
	says(t, th.tab, "detail", "The owner has blocked your address. Ask the owner to unblock it.")
	th.stream.Admit(watching[0].Address)
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
}

func TestPageAsksForThePasscodeWhenOneIsSet(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	th.server.SetPasscode("open sesame")
	holds(t, th.tab, `document.querySelector("form input[name=passcode]") !== null`)
}

func TestPageSaysThatTheCameraIsLostOrUnplugged(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	for words, why := range map[string]error{
		"Camera lost: its owner sees why in Fanlight's window": errors.New("the lens is dirty"),
		"Camera unplugged, waiting for it":                     fmt.Errorf("film is unplugged: %w", streaming.ErrUnplugged),
	} {
		th.fail.Store(&why)
		says(t, th.tab, "state", words)
		th.keep(t, "lost")
		th.fail.Store(nil)
		says(t, th.tab, "state", "Live")
		moves(t, th.tab)
	}
}

func TestHiddenPageLetsGo(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	for range 2 {
		th.hide(t, true)
		eventually(t, "the viewer to leave", func() bool { return th.stream.Viewers() == 0 })
		th.hide(t, false)
		eventually(t, "the viewer to come back", func() bool { return th.stream.Viewers() == 1 })
		says(t, th.tab, "state", "Live")
		moves(t, th.tab)
	}
}

func TestPageWithoutScriptsShowsThePicture(t *testing.T) {
	th := openTheatre(t, 2)
	th.run(t, emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(th.url+"/"))
	eventually(t, "the viewer", func() bool { return th.stream.Viewers() == 1 })
	seen := map[string]bool{}
	for deadline := time.Now().Add(2 * patience); len(seen) < 3; time.Sleep(50 * time.Millisecond) { // one may be without a picture
		var shot []byte
		th.run(t, chromedp.CaptureScreenshot(&shot))
		seen[string(shot)] = true
		if time.Now().After(deadline) {
			th.keep(t, "without-scripts")
			t.Fatalf("%d different screenshots", len(seen))
		}
	}
	th.keep(t, "without-scripts")
}

func TestPageAsksForSmallerPicturesOnASlowLink(t *testing.T) {
	th := openTheatre(t, 20) // 1.7 MB a second
	th.open(t)
	th.air.rate.Store(300e3)
	says(t, th.tab, "thin", "Slow connection: smaller picture")
	holds(t, th.tab, `document.getElementById("picture").width <= 640`)
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
	th.keep(t, "slow")
	th.air.rate.Store(0)
	th.run(t, chromedp.Click("#full"))
	holds(t, th.tab, `document.getElementById("picture").width === 1280 && document.getElementById("thin").hidden`)
	moves(t, th.tab)
}

func TestEightWindowsOfOneBrowserAllMove(t *testing.T) {
	th := openTheatre(t, 4) // at 3 fps, every snapshot of one a second would be of the same of three pictures
	tabs := []context.Context{th.tab}
	for range 7 {
		var id target.ID
		th.run(t, chromedp.ActionFunc(func(ctx context.Context) (err error) {
			chrome := chromedp.FromContext(ctx).Browser
			id, err = target.CreateTarget("about:blank").WithNewWindow(true).Do(cdp.WithExecutor(ctx, chrome))
			return err
		}))
		tab, cancel := chromedp.NewContext(th.tab, chromedp.WithTargetID(id))
		t.Cleanup(cancel)
		tabs = append(tabs, tab)
	}
	for _, tab := range tabs {
		holds(t, tab, "!document.hidden")
	}
	var opening sync.WaitGroup
	for _, tab := range tabs { // at once, as when a browser restores its windows
		opening.Go(func() {
			if err := chromedp.Run(tab, chromedp.Navigate(th.url+"/")); err != nil {
				t.Error(err)
			}
		})
	}
	opening.Wait()
	for _, tab := range tabs {
		says(t, tab, "state", "Live")
		moves(t, tab)
	}
	eventually(t, "four streams", func() bool { return th.stream.Viewers() == 4 })
	waiting := 0
	for _, tab := range tabs {
		var mode string
		if err := chromedp.Run(tab, chromedp.TextContent("#mode", &mode)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(mode, "open in many windows") {
			waiting++
		}
	}
	if waiting != 4 {
		t.Errorf("%d windows say that they are too many, want 4", waiting)
	}
	// One that streams closes, and another takes its place.
	th.run(t, chromedp.Navigate("about:blank"))
	eventually(t, "the place to be taken", func() bool { return th.stream.Viewers() == 4 })
	for _, tab := range tabs[1:] {
		moves(t, tab)
	}
}

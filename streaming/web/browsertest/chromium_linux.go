package browsertest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"

	"github.com/chromedp/chromedp"
)

// patience bounds how long Chromium takes to start.
const patience = time.Minute

// Chromium returns a tab of a headless Chromium of the test's own. It has ended, with all its
// processes, before the test's folders are removed, so that it may write into them. Actions
// fail when the limit has passed.
func Chromium(t testing.TB, limit time.Duration, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Fatalf("%v; `make test` installs it", err)
	}
	dir, err := os.MkdirTemp("", "chromium") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"),
		chromedp.NoSandbox, // the tests run as root
		chromedp.Flag("accept-lang", "en"),
		chromedp.WSURLReadTimeout(patience),
		chromedp.UserDataDir(dir),
		// Where its sockets are, which a Chromium that is killed leaves; and in the C locale it saves
		// files with letters beyond ASCII as "download".
		chromedp.Env("TMPDIR="+dir, "LC_ALL=C.UTF-8"),
		chromedp.ModifyCmdFunc(func(c *exec.Cmd) { processtest.EndWith(t, c) }),
	)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	ctx, cancelAllocator := chromedp.NewExecAllocator(ctx, append(options, more...)...)
	t.Cleanup(cancelAllocator)
	tab, cancelTab := chromedp.NewContext(ctx)
	t.Cleanup(cancelTab)
	if err := chromedp.Run(tab); err != nil { // starts it
		t.Fatalf("starting Chromium: %v", err)
	}
	return tab
}

package web

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	devtools "github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// sendIn sends a request as a browser that prefers a language, and returns the elements
// of the page that answers, by their IDs or else their names.
func (h *house) sendIn(t *testing.T, languages, method, path string, form url.Values) (map[string]*html.Node, http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, h.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{"Accept": {"text/html"}, "Accept-Language": {languages}}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	root, err := html.Parse(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*html.Node{}
	for node := range root.Descendants() {
		if node.Type == html.ElementNode {
			found[cmp.Or(of(node, "id"), node.Data)] = node
		}
	}
	return found, response.Header
}

func of(node *html.Node, attribute string) string {
	for _, a := range node.Attr {
		if a.Key == attribute {
			return a.Val
		}
	}
	return ""
}

func TestPageSpeaksTheViewersLanguage(t *testing.T) {
	h := serve(t, 0)
	for languages, want := range map[string]struct{ tag, snapshot, reason string }{
		"de-AT,de;q=0.9,en;q=0.5": {"de", "Foto", "Die Kamera ist abgesteckt"},
		"tlh":                     {"en", "Snapshot", "The camera is unplugged"},
		"":                        {"en", "Snapshot", "The camera is unplugged"},
	} {
		page, header := h.sendIn(t, languages, "GET", "/", nil)
		if got := header.Get("Content-Language"); got != want.tag || !strings.Contains(header.Get("Vary"), "Accept-Language") {
			t.Errorf("%q: the answer is in %q, and varies by %q", languages, got, header.Get("Vary"))
		}
		if tag, dir := of(page["html"], "lang"), of(page["html"], "dir"); tag != want.tag || dir != "ltr" {
			t.Errorf("%q: the page is in %q, %s", languages, tag, dir)
		}
		if got := page["snapshot"].FirstChild.Data; got != want.snapshot {
			t.Errorf("%q: the button says %q", languages, got)
		}
		var words map[string]map[string]string
		if err := json.Unmarshal([]byte(of(page["body"], "data-words")), &words); err != nil {
			t.Fatal(err)
		}
		if got := words["The camera is unplugged"]["other"]; got != want.reason || words["{{.Count}} viewers"]["one"] == "" {
			t.Errorf("%q: the scripts would say %q, %q", languages, got, words["{{.Count}} viewers"])
		}
	}
}

func TestRefusalsSpeakTheViewersLanguage(t *testing.T) {
	h := serve(t, 0)
	h.server.SetPasscode("open sesame")
	page, header := h.sendIn(t, "de", "GET", "/", nil)
	if got := page["button"].FirstChild.Data; got != "Ansehen" || header.Get("Content-Language") != "de" {
		t.Errorf("the button says %q", got)
	}
	page, _ = h.sendIn(t, "de", "POST", "/passcode", url.Values{"passcode": {"wrong"}})
	if got := page["wrong"].FirstChild.Data; !strings.HasPrefix(got, "Das ist nicht der Zugangscode.") {
		t.Errorf("a wrong passcode is answered with %q", got)
	}
	h.server.SetPasscode("")
	h.get(t, "GET", "/stream.mjpg")
	h.stream.KeepOut(h.stream.Watching()[0].ID)
	if page, _ = h.sendIn(t, "de", "GET", "/", nil); !strings.HasPrefix(page["body"].FirstChild.Data, "Der Besitzer hat Ihre Adresse gesperrt.") {
		t.Errorf("a blocked address is answered with %q", page["body"].FirstChild.Data)
	}
}

// TestPageReadsInGermanAndFromRightToLeft looks at all screens: German is long, and other
// scripts run the other way.
func TestPageReadsInGermanAndFromRightToLeft(t *testing.T) {
	th := openTheatre(t, 10)
	th.run(t, devtools.Enable(), devtools.SetExtraHTTPHeaders(devtools.Headers{"Accept-Language": "de"}),
		chromedp.Navigate(th.url+"/"))
	says(t, th.tab, "state", "Live")
	says(t, th.tab, "viewers", "1 Zuschauer")
	says(t, th.tab, "fullscreen", "Vollbild")
	th.fitsEverywhere(t, "german")
	th.run(t, chromedp.Evaluate(`document.documentElement.dir = "rtl"`, nil))
	th.fitsEverywhere(t, "rightToLeft")
	why := errLens
	th.fail.Store(&why)
	says(t, th.tab, "state", "Kamera verloren: ")
	th.stop()
	says(t, th.tab, "detail", "Diese Seite verbindet sich wieder")
	th.fitsEverywhere(t, "ended-german")
}

package web

import (
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"fanlight/streaming/reach"
)

// publicName is a public web site's name that the browsers of the tests find on this machine.
const publicName = "site.example"

// embeddingPage embeds one thing of a stream, and reports what its scripts learn of it.
var embeddingPage = template.Must(template.New("embedding").Parse(`<!doctype html>
<meta charset="utf-8">
<body>
<script>
const address = {{.Address}}, policy = {{.Policy}};
const tell = (what) => fetch("/told?" + what);
function add(tag) {
  const element = document.createElement(tag);
  element.referrerPolicy = policy;
  element.onload = () => tell("loaded");
  element.onerror = () => tell("failed");
  element.src = address;
  document.body.append(element);
}
function read(mode) {
  fetch(address, { mode, referrerPolicy: policy }).then((answer) => tell(answer.ok ? "read" : "unread"), () => tell("failed"));
}
({ img: () => add("img"), iframe: () => add("iframe"), fetch: () => read("cors"), blind: () => read("no-cors") })[{{.By}}]();
</script>
`))

// embedding is a page of another server that embeds something of a stream.
type embedding struct {
	host             string // of the page
	by, path, policy string
	on               bool   // whether it turns the camera on
	told             string // what the page's script learns; empty for anything
}

var embeddings = []embedding{
	{publicName, "img", "/stream.mjpg", "", false, "failed"},
	{publicName, "img", "/snapshot.jpg", "no-referrer", false, "failed"},
	{publicName, "iframe", "/", "", false, ""},
	{publicName, "iframe", "/", "no-referrer", false, ""},
	{publicName, "iframe", "/stream.mjpg", "", false, ""},
	{publicName, "iframe", "/snapshot.jpg", "no-referrer", false, ""},
	{publicName, "fetch", "/snapshot.jpg", "", false, "failed"},
	{publicName, "fetch", "/stream.mjpg", "no-referrer", false, "failed"},
	{publicName, "blind", "/stream.mjpg", "", false, ""},
	{publicName, "blind", "/stream.mjpg", "no-referrer", false, ""},

	{"localhost", "img", "/?action=stream", "", true, ""},
	{"localhost", "img", "/snapshot.jpg", "", true, "loaded"},
	{"localhost", "img", "/snapshot.jpg", "no-referrer", false, "failed"},
	{"localhost", "iframe", "/", "", true, ""},
	{"localhost", "iframe", "/stream.mjpg", "no-referrer", true, ""},
	{"localhost", "fetch", "/snapshot.jpg", "", true, "read"},
	{"localhost", "fetch", "/stream.mjpg", "no-referrer", true, "read"}, // Origin tells
	{"localhost", "blind", "/stream.mjpg", "no-referrer", false, ""},
}

func TestChromiumEmbedsForLocalPagesOnly(t *testing.T) {
	embedsForLocalPagesOnly(t, chrome{chromium(t)})
}

func TestFirefoxEmbedsForLocalPagesOnly(t *testing.T) {
	embedsForLocalPagesOnly(t, startFirefox(t))
}

func embedsForLocalPagesOnly(t *testing.T, b webBrowser) {
	for _, e := range embeddings {
		t.Run(fmt.Sprintf("%s: %s of %s, %s", e.host, e.by, e.path, e.policy), func(t *testing.T) {
			h := serveOnNetwork(t)
			page, told := e.serve(t, h.url)
			if err := b.visit(page); err != nil {
				t.Fatal(err)
			}
			heard := ""
			eventually(t, "the page to load it, or the camera to be turned on", func() bool {
				select {
				case heard = <-told:
					return true
				default:
					return e.told == "" && h.bench.Opened.Load() > 0
				}
			})
			if e.on {
				eventually(t, "the camera to be turned on", func() bool { return h.bench.Opened.Load() > 0 })
			}
			if h.bench.Opened.Load() > 0 != e.on || e.told != "" && heard != e.told {
				t.Errorf("the camera was turned on %d times, and the page was told %q", h.bench.Opened.Load(), heard)
			}
		})
	}
	t.Run("a link in a mail", func(t *testing.T) {
		h := serveOnNetwork(t)
		if err := b.visit(h.url + "/stream.mjpg?fps=5"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the stream", func() bool { return h.stream.Viewers() == 1 })
	})
}

// serve serves the page, and returns its address and what its script reports.
func (e embedding) serve(t *testing.T, stream string) (page string, told <-chan string) {
	t.Helper()
	tell := make(chan string, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		embeddingPage.Execute(w, struct{ Address, Policy, By string }{stream + e.path, e.policy, e.by})
	})
	mux.HandleFunc("/told", func(w http.ResponseWriter, r *http.Request) {
		select {
		case tell <- r.URL.RawQuery:
		default:
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + net.JoinHostPort(e.host, port) + "/", tell
}

// serveOnNetwork is for browsers, which send other headers to other machines than to their
// own: the house is at an address of the network where this machine has one.
func serveOnNetwork(t *testing.T) *house {
	t.Helper()
	url := ""
	h := serveWith(t, Options{}, StreamOptions{}, func(_ *house, loopback net.Listener) net.Listener {
		loopback.Close()
		listener, err := reach.Listen(t.Context(), ownAddress(t))
		if err != nil {
			t.Fatal(err)
		}
		url = "http://" + listener.Addr().String()
		return listener
	})
	h.url = url
	return h
}

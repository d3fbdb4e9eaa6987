package web

import (
	"io"
	"slices"
	"strings"
	"testing"
)

// What browsers send with a load, at an address of the network where they send no Sec-Fetch-*.
const (
	firefoxAgent = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
	chromeAgent  = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
	languages    = "Accept-Language: en-US,en;q=0.5"
	forImage     = "Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
	forOldImage  = "Accept: image/webp,*/*"
	forAny       = "Accept: */*"
	forDocument  = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
)

// answers of a request for a picture.
const (
	aPicture = "a picture"
	aPage    = "a page with the picture"
	noPublic = "may not show this camera"
	noHidden = "does not say which page"
)

// loads are requests for a picture, by the headers that tell who sends them.
var loads = map[string]struct {
	sent []string
	want string
}{
	"curl":                                {[]string{"User-Agent: curl/8.5.0", forAny}, aPicture},
	"VLC":                                 {[]string{"User-Agent: VLC/3.0.21 LibVLC/3.0.21", forAny, "Accept-Language: en_US"}, aPicture},
	"a program that wants JPEG":           {[]string{"Accept: image/jpeg"}, aPicture},
	"a program that calls itself Mozilla": {[]string{"User-Agent: Mozilla/5.0", forAny}, aPicture},
	"Java":                                {[]string{"User-Agent: Java/21", "Accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"}, aPicture},

	"a link in a mail":              {[]string{firefoxAgent, languages, forDocument}, aPage},
	"a link on a public page":       {[]string{firefoxAgent, languages, forDocument, "Referer: http://forum.example/"}, aPage},
	"a link, as HTTPS tells":        {[]string{firefoxAgent, languages, forDocument, "Referer: https://forum.example/", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: document"}, aPicture},
	"the address bar":               {[]string{firefoxAgent, languages, forDocument, "Sec-Fetch-Site: none", "Sec-Fetch-Dest: document"}, aPicture},
	"our page's link":               {[]string{firefoxAgent, languages, forDocument, "Referer: http://lamp.local:8080/"}, aPicture},
	"our page":                      {[]string{chromeAgent, languages, forImage, "Referer: http://lamp.local:8080/"}, aPicture},
	"our page, as HTTPS tells":      {[]string{chromeAgent, languages, forImage, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: image"}, aPicture},
	"our page, of a hiding browser": {[]string{chromeAgent, languages, forAny, "X-Requested-With: Fanlight"}, aPicture},

	"Mainsail":                    {[]string{chromeAgent, languages, forImage, "Referer: http://mainsail.local/"}, aPicture},
	"OctoPrint":                   {[]string{chromeAgent, languages, forImage, "Referer: http://octopi/?#tab"}, aPicture},
	"Home Assistant's script":     {[]string{chromeAgent, languages, forAny, "Origin: http://192.168.1.7:8123"}, aPicture},
	"a page at an IPv6 address":   {[]string{chromeAgent, languages, forImage, "Referer: http://[fd00::7]:8123/"}, aPicture},
	"a listed site":               {[]string{chromeAgent, languages, forImage, "Referer: https://dash.example.org/a"}, aPicture},
	"a listed site's script":      {[]string{chromeAgent, languages, forAny, "Origin: https://dash.example.org"}, aPicture},
	"a listed site by its port":   {[]string{chromeAgent, languages, forImage, "Referer: http://grafana.example.org:3000/"}, aPicture},
	"its page by a proxy's name":  {[]string{chromeAgent, languages, forImage, "Referer: https://cam.example.org/", "X-Forwarded-Host: cam.example.org"}, aPicture},
	"another site in front of it": {[]string{chromeAgent, languages, forImage, "Referer: https://evil.example/", "X-Forwarded-Host: cam.example.org"}, noPublic},

	"a public page":                {[]string{chromeAgent, languages, forImage, "Referer: http://evil.example/"}, noPublic},
	"a public page's script":       {[]string{chromeAgent, languages, forAny, "Origin: http://evil.example"}, noPublic},
	"a public address":             {[]string{chromeAgent, languages, forImage, "Referer: http://203.0.113.9/"}, noPublic},
	"a listed host, another port":  {[]string{chromeAgent, languages, forImage, "Referer: https://dash.example.org:8443/"}, noPublic},
	"a listed host over http":      {[]string{chromeAgent, languages, forImage, "Referer: http://dash.example.org/"}, noPublic},
	"a frame, as HTTPS tells":      {[]string{chromeAgent, languages, forDocument, "Referer: https://evil.example/", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: iframe"}, noPublic},
	"a frame that hides its page":  {[]string{chromeAgent, languages, forDocument, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: iframe"}, noHidden},
	"an image that hides its page": {[]string{chromeAgent, languages, forImage}, noHidden},
	"one in an older Firefox":      {[]string{firefoxAgent, forOldImage}, noHidden},
	"one without any name":         {[]string{forImage}, noHidden},
	"a script that hides its page": {[]string{chromeAgent, languages, forAny}, noHidden},
	"one that empties what it may": {[]string{chromeAgent, forAny, "Accept-Language: "}, noHidden},
	"a page without an origin":     {[]string{chromeAgent, languages, forImage, "Origin: null", "Referer: http://lamp.local:8080/"}, noHidden},
}

func TestWhoMayEmbedThePictures(t *testing.T) {
	for name, test := range loads {
		t.Run(name, func(t *testing.T) {
			h := serve(t, 0)
			h.server.AllowOrigins([]string{"https://dash.example.org", "http://Grafana.example.org:3000/", "no site"})
			for _, path := range append([]string{"/snapshot.jpg", "/snapshot", "/?action=snapshot"}, streamRoutes...) {
				response := h.ask(t, "GET", path, "", append(test.sent, "Host: lamp.local:8080")...)
				begin, _ := io.ReadAll(io.LimitReader(response.Body, 200))
				switch shown := strings.HasPrefix(response.Header.Get("Content-Type"), "text/html"); test.want {
				case aPicture:
					if response.StatusCode != 200 || shown {
						t.Errorf("%s: %s %s", path, response.Status, begin)
					}
				case aPage:
					if response.StatusCode != 200 || !shown {
						t.Errorf("%s: %s %s", path, response.Status, begin)
					}
				default:
					if response.StatusCode != 403 || !strings.Contains(string(begin), test.want) {
						t.Errorf("%s: %s %s, want %q", path, response.Status, begin, test.want)
					}
				}
				response.Body.Close()
			}
			if on := h.bench.Opened.Load() > 0; on != (test.want == aPicture) {
				t.Errorf("the camera was turned on: %v", on)
			}
		})
	}
}

func TestEverySiteMayBeAllowed(t *testing.T) {
	h := serve(t, 0)
	h.server.AllowOrigins([]string{"*"})
	for _, from := range []string{"Referer: http://evil.example/", "Origin: https://evil.example", "Origin: null", ""} {
		response := h.ask(t, "GET", "/snapshot.jpg", "", chromeAgent, languages, forImage, from)
		_, origin, _ := strings.Cut(from, "Origin: ")
		if response.StatusCode != 200 || response.Header.Get("Access-Control-Allow-Origin") != origin || response.Header.Get("Content-Security-Policy") != "frame-ancestors *" {
			t.Errorf("%q: %s %v", from, response.Status, response.Header)
		}
	}
}

func TestScriptsOfAllowedPagesMayReadPictures(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	h.server.AllowOrigins([]string{"https://dash.example.org"})
	for origin, allowed := range map[string]bool{
		"http://mainsail.local": true, "http://192.168.1.5:8123": true, "https://dash.example.org": true, h.url: true,
		"http://evil.example": false, "null": false, "https://dash.example.org.evil.example": false,
	} {
		want := ""
		if allowed {
			want = origin
		}
		for _, path := range []string{"/snapshot.jpg", "/stream.mjpg", "/?action=stream", "/api/status"} {
			got := h.ask(t, "GET", path, "", "Origin: "+origin) // 401, which the script may read too
			if to := got.Header.Get("Access-Control-Allow-Origin"); to != want || got.Header.Get("Vary") != "Origin" {
				t.Errorf("%s from %s: for %q, Vary %q", path, origin, to, got.Header.Get("Vary"))
			}
			asked := h.ask(t, "OPTIONS", path, "", "Origin: "+origin, "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: authorization")
			may := asked.StatusCode == 204 && strings.Contains(asked.Header.Get("Access-Control-Allow-Headers"), "Authorization")
			if to := asked.Header.Get("Access-Control-Allow-Origin"); to != want || may != allowed {
				t.Errorf("%s asked by %s: %s %v", path, origin, asked.Status, asked.Header)
			}
		}
		for _, path := range []string{"/", "/passcode", "/api/viewers", "/metrics"} {
			if got := h.ask(t, "GET", path, "", "Origin: "+origin); got.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s can be read by %s", path, origin)
			}
		}
	}
}

func TestWhichPagesMayFrame(t *testing.T) {
	h := serve(t, 0)
	h.server.AllowOrigins([]string{"https://dash.example.org"})
	for referer, named := range map[string]string{
		"http://192.168.1.5:8123/lovelace": "http://192.168.1.5:8123",
		"http://octopi/":                   "http://octopi",
		"http://evil.example/":             "",
		"http://evil.example;script-src/":  "",
		"http://[fd00::5]/":                "",
		"":                                 "",
	} {
		for _, path := range []string{"/", "/page.js", "/nothing", "/snapshot.jpg"} {
			response := h.ask(t, "GET", path, "", "Referer: "+referer, "Host: lamp:8080")
			_, policy, _ := strings.Cut(response.Header.Get("Content-Security-Policy"), "frame-ancestors ")
			pages := strings.Fields(policy)
			for page, want := range map[string]bool{
				"'self'": true, "http://lamp:*": true, "http://*.local:*": true, "https://dash.example.org": true,
				named: named != "", "http://evil.example": false,
			} {
				if got := slices.Contains(pages, page); got != want {
					t.Errorf("%s in a frame of %q: %q is named: %v, in %s", path, referer, page, got, policy)
				}
			}
		}
	}
}

func TestOrigins(t *testing.T) {
	for text, want := range map[string]string{
		"https://dash.example.org": "https://dash.example.org", " HTTP://Dash.Example.org:80/ ": "http://dash.example.org",
		"https://dash.example.org:443": "https://dash.example.org", "http://[2001:DB8::1]:3000": "http://[2001:db8::1]:3000", "*": "*",
		"": "", "dash.example.org": "", "ftp://dash.example.org": "", "https://": "", "https://dash.example.org/path": "", "https://u@dash.example.org": "",
		"https://dash.example.org?x": "", "https://*.example.org": "", "https://a b": "", "null": "",
	} {
		got, err := ParseOrigin(text)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

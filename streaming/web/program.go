package web

import (
	"strings"

	"fanlight/streaming/reach"

	"github.com/mileusna/useragent"
)

// players names programs that show or fetch streams, by a mark at the beginning of their
// User-Agent or, if it begins with a space, anywhere in it. The library knows browsers.
var players = []struct{ mark, name string }{
	{"VLC", "VLC"},
	{"Lavf", "ffmpeg"},
	{"libmpv", "mpv"},
	{"mpv", "mpv"},
	{"GStreamer", "GStreamer"},
	{"OctoPrint", "OctoPrint"},
	{"HomeAssistant", "Home Assistant"},
	{"Home Assistant", "Home Assistant"},
	{" OBS/", "OBS"},
	{"Python", "Python"},
	{"python", "Python"},
	{"curl", "curl"},
	{"Wget", "Wget"},
	{"Go-http-client", "a Go program"},
	{"okhttp", "an Android app"},
	{"Dalvik", "an Android app"},
	{"Fanlight", "Fanlight"},
	{"Prometheus", "Prometheus"},
}

// program returns the name for people of the program that sent a User-Agent: "Firefox on
// Android". The text is not verified, but fit to be shown; see [reach.Shown].
func program(userAgent string) string {
	for _, p := range players {
		anywhere := p.mark[0] == ' ' && strings.Contains(userAgent, p.mark)
		if anywhere || strings.HasPrefix(userAgent, p.mark) {
			return p.name
		}
	}
	if strings.HasPrefix(userAgent, "Mozilla/") {
		seen := useragent.Parse(userAgent)
		browser, system := reach.Shown(seen.Name, 40), reach.Shown(seen.OS, 40)
		if browser != "" && system != "" {
			return browser + " on " + system
		}
	}
	name, _, _ := strings.Cut(userAgent, "/")
	if name = reach.Shown(name, 40); name != "" {
		return name
	}
	return "a program that gives no name"
}

package ui

import (
	"strings"

	"fyne.io/fyne/v2/lang"
)

// newSites makes the field for the web sites that may show the pictures. It calls moved
// when the notice has changed its height.
func newSites(p Program, moved func()) *place {
	s := newPlace(lang.L("Other sites that may show the pictures"), func(text string) error {
		return p.SetSites(strings.Fields(text))
	}, moved)
	s.entry.Optional = true
	s.entry.PlaceHolder = "https://dash.example.org"
	return s
}

func sitesHint(s State) string {
	return givenWords(s.SitesGiven, "--allow-origin",
		lang.L("Pages of your own network may. Write others with spaces between them, such as https://dash.example.org."))
}

// announcedWords say which program announces the stream; empty while none does.
func announcedWords(s State) string {
	switch {
	case !s.Sharing || s.AnnouncedAs == "":
		return ""
	case s.ByAvahi:
		return lang.L("Announced by avahi-daemon")
	default:
		return lang.L("Announced by Fanlight")
	}
}

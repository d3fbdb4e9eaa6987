package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// access is the side with the passcode, what viewers may watch, the web sites that may
// show the pictures, the microphone, the ways by RTSP, and the certificate's fingerprint.
type access struct {
	*kit.Side
	passcode  *kit.LineEntry
	words     *kit.Notice
	rewind    *kit.Check
	told      *kit.Notice // why it cannot be changed
	films     *kit.Check
	mic       *micRows
	sites     *place
	engines   *engines
	announced *kit.Notice // which program announces the stream

	certificate *certificate
}

func newAccess(app fyne.App, p Program) *access {
	a := &access{words: kit.NewNotice(), told: kit.NewNotice(), announced: kit.NewNotice(), certificate: newCertificate(app)}
	a.passcode = kit.NewLineEntry(lang.L("No passcode"), nil)
	a.passcode.Name = lang.L("Passcode")
	a.passcode.Password, a.passcode.Optional = true, true
	a.passcode.Take = p.SetPasscode
	a.passcode.Refused = func(why error) {
		a.words.Refuse(refusal(why))
		a.Relayout()
	}
	a.rewind = kit.NewCheck(lang.L("Viewers may rewind"), p.SetRewind)
	a.told.Label.Hide()
	a.films = kit.NewCheck(lang.L("Viewers may watch recordings"), p.SetShowRecordings)
	a.sites = newSites(p, func() { a.Relayout() })
	a.mic = newMicRows(p, func() { a.Relayout() })
	a.engines = newEngines(p, func() { a.Relayout() })
	a.announced.Label.Hide()
	rows := []fyne.CanvasObject{kit.NewField(lang.L("Passcode"), a.passcode.Drawn()), a.words.Label,
		a.rewind, a.told.Label, a.films, a.sites.row(a.sites.entry.Drawn())}
	rows = append(append(rows, a.mic.rows()...), a.engines.rows()...)
	a.Side = kit.NewSide(lang.L("Sharing settings"), append(rows, a.announced.Label, a.certificate.object)...)
	a.Opened = p.ListMicrophones
	for _, focused := range append(a.engines.focused(), &a.passcode.OnFocus, &a.rewind.OnFocus, &a.films.OnFocus, &a.mic.menu.OnFocus, &a.sites.entry.OnFocus, &a.certificate.copyIt.OnFocus) {
		*focused = a.Reveal
	}
	return a
}

// show draws the state.
func (a *access) show(s State) {
	a.passcode.Set(s.Passcode)
	kit.SetEnabled(a.passcode, !s.PasscodeGiven)
	a.rewind.Set(s.Rewind)
	kit.SetEnabled(a.rewind, !s.RewindGiven)
	a.films.Set(s.ShowRecordings)
	rewinding := givenWords(s.RewindGiven, "--no-rewind", "")
	said := announcedWords(s)
	if slices.Contains([]bool{
		a.words.Say(passcodeWords(s)), a.sites.show(strings.Join(s.Sites, " "), sitesHint(s), s.SitesGiven),
		a.told.Say(rewinding), kit.SetVisible(a.told.Label, rewinding != ""),
		a.mic.show(s.Sound), a.engines.show(s.Engines), a.announced.Say(said), kit.SetVisible(a.announced.Label, said != ""), a.certificate.show(s.Certificate),
	}, true) {
		a.Relayout()
	}
}

func passcodeWords(s State) string {
	switch {
	case s.PasscodeGiven:
		return lang.L("Set by --passcode or $FANLIGHT_PASSCODE for this run, so it cannot be changed here.")
	case s.Passcode == "":
		return lang.L("Anybody on the network can watch. Set a passcode to let in only those who know it.")
	default:
		return lang.L("Changing it disconnects all viewers: they must enter the new one. Links and QR codes with a key stop working.")
	}
}

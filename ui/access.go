package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// access is the side with the passcode and the certificate's fingerprint.
type access struct {
	*kit.Side
	passcode *kit.LineEntry
	words    *kit.Notice

	certificate *certificate
}

func newAccess(app fyne.App, p Program) *access {
	a := &access{words: kit.NewNotice(), certificate: newCertificate(app)}
	a.passcode = kit.NewLineEntry(lang.L("No passcode"), nil)
	a.passcode.Name = lang.L("Passcode")
	a.passcode.Password, a.passcode.Optional = true, true
	a.passcode.Take = p.SetPasscode
	a.passcode.Refused = func(why error) {
		a.words.Refuse(refusal(why))
		a.Relayout()
	}
	a.Side = kit.NewSide(lang.L("Sharing settings"), kit.NewField(lang.L("Passcode"), a.passcode.Drawn()), a.words.Label, a.certificate.object)
	a.passcode.OnFocus, a.certificate.copyIt.OnFocus = a.Reveal, a.Reveal
	return a
}

// show draws the state.
func (a *access) show(s State) {
	a.passcode.Set(s.Passcode)
	kit.SetEnabled(a.passcode, !s.PasscodeGiven)
	moved := a.words.Say(passcodeWords(s))
	if a.certificate.show(s.Certificate) || moved {
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

package ui

import "testing"

func TestToldTranslatesWhatIsKnown(t *testing.T) {
	speak(t, "de")
	s := liveState()
	s.Condition, s.Reason = Lost, "HD Webcam is used by cheese (pid 7): close it there; Fanlight goes on trying"
	if got, want := statusWords(s), "Kamera verloren: HD Webcam wird von cheese (pid 7) benutzt: Schließen Sie sie dort; Fanlight versucht es weiter"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Reason = "the flux is low"
	if _, more := curtainWords(s, false); more != "The flux is low" {
		t.Errorf("says %q", more)
	}
	if got := toldEach("the firewall ufw blocks others. Let them in with: sudo ufw allow 8080/tcp\nno luck"); got != "Die Firewall ufw sperrt andere aus. Lassen Sie sie herein mit: sudo ufw allow 8080/tcp\nNo luck" {
		t.Errorf("says %q", got)
	}
}

func TestNotificationsAreTranslated(t *testing.T) {
	speak(t, "de")
	for sentence, want := range map[string]string{
		"jo is watching": "jo sieht zu", "jo and 2 others are watching": "jo und 2 andere sehen zu", "the flux is low": "the flux is low",
	} {
		if got := translated(sentence); got != want {
			t.Errorf("%q becomes %q, want %q", sentence, got, want)
		}
	}
}

package discovery

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/miekg/dns"
)

func TestInstanceLabel(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"Fan light", "Fan light"},
		{" Fan\tlight\n", "Fan light"},
		{"Küche 🎥", "Küche 🎥"},
		{"bad\xffbyte", "bad\uFFFDbyte"},
		{strings.Repeat("a", 63), strings.Repeat("a", 63)},
		{strings.Repeat("a", 64), strings.Repeat("a", 63)},
		{strings.Repeat("a", 62) + "ü", strings.Repeat("a", 62)},
		{strings.Repeat("🎥", 16), strings.Repeat("🎥", 15)},
		{strings.Repeat("a", 62) + " b", strings.Repeat("a", 62)},
	} {
		got, err := instanceLabel(c.name)
		if err != nil || got != c.want {
			t.Errorf("instanceLabel(%q) = %q, %v, want %q", c.name, got, err, c.want)
		}
		if len(got) > maxLabel || !utf8.ValidString(got) {
			t.Errorf("instanceLabel(%q) = %q is no label", c.name, got)
		}
	}
	for _, name := range []string{"", " ", "\x00\x1f"} {
		if got, err := instanceLabel(name); err == nil {
			t.Errorf("instanceLabel(%q) = %q, want an error", name, got)
		}
	}
}

func TestEscape(t *testing.T) {
	for _, c := range []struct{ label, want string }{
		{"lamp", "lamp"},
		{"Fan.light", `Fan\.light`},
		{"Fan light", `Fan\ light`},
		{`"(a)"`, `\"\(a\)\"`},
		{`a\b`, `a\\b`},
		{"ü", `\195\188`},
		{"$-_'&,", "$-_'&,"},
	} {
		if got := escape(c.label); got != c.want {
			t.Errorf("escape(%q) = %q, want %q", c.label, got, c.want)
		}
	}
}

// What is escaped must reach the wire as it was, and compare equal when it comes back.
func TestEscapeOnTheWire(t *testing.T) {
	var everyByte strings.Builder
	for b := range 256 {
		everyByte.WriteByte(byte(b))
	}
	labels := []string{`Fan.light "Küche" (1) \ 🎥`, strings.Repeat("🎥", 15) + "abc"}
	for all := everyByte.String(); all != ""; all = all[min(maxLabel, len(all)):] {
		labels = append(labels, all[:min(maxLabel, len(all))])
	}
	for _, label := range labels {
		name := escape(label) + "._http._tcp.local."
		wire := make([]byte, 256)
		if _, err := dns.PackDomainName(name, wire, 0, nil, false); err != nil {
			t.Errorf("packing %q: %v", name, err)
			continue
		}
		if got := string(wire[1 : 1+wire[0]]); got != label {
			t.Errorf("on the wire %q, want %q", got, label)
		}
		if back, _, err := dns.UnpackDomainName(wire, 0); err != nil || back != name {
			t.Errorf("read back as %q, %v, want %q", back, err, name)
		}
	}
}

func TestNumbered(t *testing.T) {
	for _, c := range []struct {
		label  string
		number int
		want   string
	}{
		{"Kitchen", 1, "Kitchen"},
		{"Kitchen", 2, "Kitchen (2)"},
		{strings.Repeat("a", 63), 1, strings.Repeat("a", 63)},
		{strings.Repeat("a", 63), 2, strings.Repeat("a", 59) + " (2)"},
		{strings.Repeat("🎥", 15), 12, strings.Repeat("🎥", 14) + " (12)"},
		// A number that is there already goes on, and is not followed by another.
		{"Kitchen (2)", 1, "Kitchen (2)"},
		{"Kitchen (2)", 2, "Kitchen (3)"},
		{"Kitchen (2) (3)", 2, "Kitchen (4)"},
		{strings.Repeat("a", 59) + " (9)", 2, strings.Repeat("a", 58) + " (10)"},
		{"Kitchen (2026)", 2, "Kitchen (2026) (2)"},
		{"(2)", 2, "(2) (2)"},
		{"Kitchen", mostNumbers, "Kitchen (99)"},
		{"Kitchen", mostNumbers + 1, "Kitchen"}, // somebody claims all of them
		{"Kitchen", mostNumbers + 2, "Kitchen (2)"},
	} {
		if got := numbered(c.label, c.number); got != c.want {
			t.Errorf("numbered(%q, %d) = %q, want %q", c.label, c.number, got, c.want)
		}
	}
	for host, want := range map[string]string{"lamp": "lamp-2", "lamp-2": "lamp-3", "lamp-2024": "lamp-2024-2", "-2": "-2-2"} {
		if got := numberedHost(host, 2); got != want {
			t.Errorf("host %q becomes %q, want %q", host, got, want)
		}
	}
	if got := numberedHost(strings.Repeat("a", 63), 10); len(got) != maxLabel || !strings.HasSuffix(got, "a-10") {
		t.Errorf("host %q", got)
	}
}

// Names that another program has escaped before it announced them are read as they were
// meant.
func TestNamesThatWereEscapedTwice(t *testing.T) {
	for label, want := range map[string]string{
		`Lamp\ \226\128\166`:            "Lamp …",
		`Lamp\\226\\128\\166\ on\ desk`: "Lamp… on desk",
		`K\\195\\188che`:                "Küche",
		`C:\\100`:                       `C:\100`,
		`a\\226b`:                       `a\226b`,
		`a\\b`:                          `a\b`,
	} {
		if got := clean(Readable(label), maxLabel); got != want {
			t.Errorf("%s is read as %q, want %q", label, got, want)
		}
	}
}

// A link must not name a machine in a way that no browser asks for.
func TestNamesThatLinksCannotHave(t *testing.T) {
	for host, fits := range map[string]bool{"lamp.local": true, "Lamp-2.local": true, "küche.local": false, `k\195\188che.local`: false, `my\ lamp.local`: false, "my lamp.local": false, "a/b.local": false} {
		if got := !strings.ContainsFunc(host, notInLinks); got != fits {
			t.Errorf("%s: %v", host, got)
		}
	}
}

func TestNameOnKeepsTheMachine(t *testing.T) {
	long := strings.Repeat("Küche ", 20)
	for _, test := range []struct{ camera, machine, want string }{
		{"HD Pro Webcam C920", "lamp", "HD Pro Webcam C920 on lamp"},
		{strings.Repeat("x", 55), "lamp", strings.Repeat("x", 55) + " on lamp"},
		{strings.Repeat("x", 56), "lamp", strings.Repeat("x", 52) + "… on lamp"},
		{long, "lamp", "Küche Küche Küche Küche Küche Küche Küche Kü… on lamp"},
		{"Kitchen", strings.Repeat("m", 64), "… on " + strings.Repeat("m", 64)},
	} {
		if got := NameOn(test.camera, test.machine); got != test.want {
			t.Errorf("%q on %q: %q of %d bytes, want %q", test.camera, test.machine, got, len(got), test.want)
		}
	}
}

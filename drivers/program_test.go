//go:build unix

package drivers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
)

// script is a program of a shell's words, which have a picture's path in $1.
func script(t *testing.T, words string) program {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "picture.jpg")
	if err := os.WriteFile(picture, assets.Emulated()[0], 0o644); err != nil {
		t.Fatal(err)
	}
	return program{words: []string{"sh", "-c", words, "sh", picture}, advice: "try again"}
}

// readMode is a header that says a rate.
func readMode(line []byte) (m Mode, err error) {
	_, err = fmt.Sscanf(string(line), "%dx%d %f", &m.Width, &m.Height, &m.FPS)
	return m, err
}

func TestProgramsHeader(t *testing.T) {
	for _, test := range []struct {
		name, words string
		granted     []Mode
		pictures    int
		want        string
	}{
		{"header", `echo "4x3 5"; cat "$1"`, []Mode{{Width: 4, Height: 3, FPS: 5}}, 1, "sh has ended by itself after 1 picture"},
		{"bad header", `echo "high"; cat "$1"`, nil, 0, "sh: expected integer: try again"},
		{"no header", `cat "$1"`, nil, 0, "sh: expected integer"},
		{"endless header", `head -c 10000 /dev/zero; sleep 60`, nil, 0, "sh: it writes no header line: try again"},
		{"header alone", `echo "4x3 5"; echo busy >&2; exit 1`, nil, 0, "sh ended (exit status 1): busy: try again"},
		{"nothing", `echo busy >&2; exit 1`, nil, 0, "sh ended (exit status 1): busy: try again"},
		{"half a header", `printf 4x3; exit 1`, nil, 0, "sh ended (exit status 1) and said nothing"},
	} {
		p := script(t, test.words)
		p.header = readMode
		var granted []Mode
		pictures := 0
		err := p.frames(t.Context(), Want{Granted: func(m Mode) {
			granted = append(granted, m)
			if pictures > 0 {
				t.Errorf("%s: granted after a picture", test.name)
			}
		}}, func(Picture, error) bool { pictures++; return true })
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
		if fmt.Sprint(granted) != fmt.Sprint(test.granted) || pictures != test.pictures {
			t.Errorf("%s: granted %v, %d pictures", test.name, granted, pictures)
		}
	}
}

func TestProgramsEnvironmentAndExplanation(t *testing.T) {
	p := script(t, `echo "$GREETING from $HOME" >&2; exit 1`)
	p.env = []string{"GREETING=hello"}
	known := errors.New("known")
	p.explain = func(lines []string) error {
		if want := "hello from " + os.Getenv("HOME"); len(lines) != 1 || lines[0] != want {
			t.Errorf("it said %q, want %q", lines, want)
		}
		return known
	}
	if err := p.frames(t.Context(), Want{}, nil); err != known {
		t.Errorf("it failed with %v", err)
	}
}

func TestWarmUpThrowsPicturesAway(t *testing.T) {
	p := script(t, `while cat "$1"; do sleep 0.02; done`)
	p.warmUp = 300 * time.Millisecond
	start := time.Now()
	err := p.frames(t.Context(), Want{}, func(picture Picture, _ error) bool {
		if waited := picture.Taken.Sub(start); waited < p.warmUp {
			t.Errorf("a picture of the first %v", waited)
		}
		return false
	})
	if err != nil {
		t.Error(err)
	}
}

func TestProgramWithoutAnythingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := script(t, `exec sleep 60`).frames(ctx, Want{}, nil); err != nil {
		t.Error(err)
	}
}

func TestLastLines(t *testing.T) {
	lines := func(writes ...string) []string {
		l := &lastLines{}
		for _, w := range writes {
			if n, err := l.Write([]byte(w)); n != len(w) || err != nil {
				t.Errorf("wrote %d of %d, %v", n, len(w), err)
			}
		}
		return l.all()
	}
	long := strings.Repeat("ä", 10000)
	for _, test := range []struct {
		name   string
		writes []string
		want   []string
	}{
		{"nothing", nil, nil},
		{"empty lines", []string{"\n\r\n  \n\x1b[0m\n"}, nil},
		{"in pieces", []string{"a", "b\nc", "\n", "d"}, []string{"ab", "c", "d"}},
		{"progress", []string{"frame 1\rframe 2\r"}, []string{"frame 1", "frame 2"}},
		{"colours and controls", []string{"\x1b[1;31mred\x1b[0m \x07\x00bell\x9f\n"}, []string{"red   bell\uFFFD"}},
		{"a secret in pieces", []string{"open rtsp://me:ge", "heim@host\n"}, []string{"open rtsp://me:…@host"}},
		{"a long line", []string{long, long, "\nshort\n"}, []string{strings.Repeat("ä", 98) + "…", "short"}},
	} {
		if got := lines(test.writes...); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	many := lines(strings.Repeat("x\n", 1000), "last\n")
	if len(many) != maxLines || many[maxLines-1] != "last" {
		t.Errorf("%d lines are kept, the last is %q", len(many), many[len(many)-1])
	}
}

func TestMailboxHoldsTheNewest(t *testing.T) {
	m := newMailbox()
	if _, ok := m.take(); ok {
		t.Error("an empty mailbox holds a picture")
	}
	put := func(text string) { m.put(Picture{JPEG: []byte(text), Taken: time.Unix(int64(len(text)), 0)}) }
	put("one")
	put("three")
	first, ok := m.take()
	if !ok || string(first.JPEG) != "three" || first.Taken.Unix() != 5 {
		t.Errorf("took %q of %v, %v", first.JPEG, first.Taken, ok)
	}
	if _, ok := m.take(); ok {
		t.Error("a picture was taken twice")
	}
	for range 3 {
		put("another")
	}
	if !bytes.Equal(first.JPEG, []byte("three")) {
		t.Errorf("a borrowed picture became %q", first.JPEG)
	}
	if allocated := testing.AllocsPerRun(100, func() {
		m.put(first)
		m.take()
	}); allocated > 0 {
		t.Errorf("a picture costs %v allocations", allocated)
	}
}

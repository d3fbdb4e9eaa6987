//go:build unix

package process

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
	"fanlight/drivers/camera"
)

// script returns a program that runs a shell script, which has a picture's path in $1.
func script(t *testing.T, words string) Program {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "picture.jpg")
	if err := os.WriteFile(picture, assets.Emulated()[0], 0o644); err != nil {
		t.Fatal(err)
	}
	return Program{Words: []string{"sh", "-c", words, "sh", picture}, Advice: "try again"}
}

// readMode parses a header line of the form WIDTHxHEIGHT FPS.
func readMode(line []byte) (m camera.Mode, err error) {
	_, err = fmt.Sscanf(string(line), "%dx%d %f", &m.Width, &m.Height, &m.FPS)
	return m, err
}

func TestProgramsHeader(t *testing.T) {
	for _, test := range []struct {
		name, words string
		granted     []camera.Mode
		pictures    int
		want        string
	}{
		{"header", `echo "4x3 5"; cat "$1"`, []camera.Mode{{Width: 4, Height: 3, FPS: 5}}, 1, "sh has ended by itself after 1 picture"},
		{"bad header", `echo "high"; cat "$1"`, nil, 0, "sh: expected integer: try again"},
		{"no header", `cat "$1"`, nil, 0, "sh: expected integer"},
		{"endless header", `head -c 10000 /dev/zero; sleep 60`, nil, 0, "sh: it writes no header line: try again"},
		{"header alone", `echo "4x3 5"; echo busy >&2; exit 1`, nil, 0, "sh ended (exit status 1): busy: try again"},
		{"nothing", `echo busy >&2; exit 1`, nil, 0, "sh ended (exit status 1): busy: try again"},
		{"half a header", `printf 4x3; exit 1`, nil, 0, "sh ended (exit status 1) and said nothing"},
	} {
		p := script(t, test.words)
		p.Header = readMode
		var granted []camera.Mode
		pictures := 0
		err := p.run(t.Context(), camera.Want{Granted: func(m camera.Mode) {
			granted = append(granted, m)
			if pictures > 0 {
				t.Errorf("%s: granted after a picture", test.name)
			}
		}}, func(camera.Picture, error) bool { pictures++; return true })
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
	p.Env = []string{"GREETING=hello"}
	known := errors.New("known")
	p.Explain = func(lines []string) error {
		if want := "hello from " + os.Getenv("HOME"); len(lines) != 1 || lines[0] != want {
			t.Errorf("it said %q, want %q", lines, want)
		}
		return known
	}
	if err := p.run(t.Context(), camera.Want{}, nil); err != known {
		t.Errorf("it failed with %v", err)
	}
}

func TestWarmUpThrowsPicturesAway(t *testing.T) {
	p := script(t, `while cat "$1"; do sleep 0.02; done`)
	p.WarmUp = 300 * time.Millisecond
	start := time.Now()
	err := p.run(t.Context(), camera.Want{}, func(picture camera.Picture, _ error) bool {
		if waited := picture.Taken.Sub(start); waited < p.WarmUp {
			t.Errorf("a picture of the first %v", waited)
		}
		return false
	})
	if err != nil {
		t.Error(err)
	}
}

func TestPicturesThatSayWhenTheyWereTaken(t *testing.T) {
	start := time.Now()
	for _, test := range []struct {
		name        string
		taken       time.Time
		fromPicture bool
	}{
		{"past", start.Add(-time.Minute), true},
		{"unknown", time.Time{}, false},
		{"future", start.Add(time.Hour), false},
	} {
		p := script(t, `while cat "$1"; do sleep 0.02; done`)
		p.Taken = func(jpeg []byte) time.Time {
			if !bytes.Equal(jpeg, assets.Emulated()[0]) {
				t.Errorf("%s: %d bytes are no picture", test.name, len(jpeg))
			}
			return test.taken
		}
		err := p.run(t.Context(), camera.Want{}, func(picture camera.Picture, _ error) bool {
			if picture.Taken.Equal(test.taken) != test.fromPicture || !test.fromPicture && (picture.Taken.Before(start) || picture.Taken.After(time.Now())) {
				t.Errorf("%s: taken at %v", test.name, picture.Taken)
			}
			return false
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestProgramWithoutAnythingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := script(t, `exec sleep 60`).run(ctx, camera.Want{}, nil); err != nil {
		t.Error(err)
	}
}

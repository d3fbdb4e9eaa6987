package microphones

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fanlight/drivers/caught"

	"github.com/gen2brain/malgo"
)

// Microphone is one to choose.
type Microphone struct {
	ID, Name string
	Default  bool // of the sound system
	// Monitor: it hears what a loudspeaker of this machine plays.
	Monitor bool

	device malgo.DeviceID
}

// callPatience is how long a call of the sound system may take.
const callPatience = 3 * time.Second

var errHangs = errors.New("the sound system does not answer. Restart it, or the computer")

// List returns the microphones, with the default one first and monitors last. It is empty
// where there is no sound system.
func List(ctx context.Context) ([]Microphone, error) {
	select {
	case listing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(callPatience):
		return nil, errHangs
	}
	var found []Microphone
	ended := caught.Go(func() (err error) {
		defer func() { <-listing }()
		found, err = list()
		return err
	})
	select {
	case err := <-ended:
		return found, err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(callPatience):
		return nil, errHangs
	}
}

// listing is held while the sound system is asked: of one that hangs, it is asked once.
var listing = make(chan struct{}, 1)

func list() ([]Microphone, error) {
	system, err := open()
	if err != nil {
		return nil, nil // there is none
	}
	defer shut(system)
	devices, err := system.Devices(malgo.Capture)
	if err != nil {
		return nil, fmt.Errorf("the microphones cannot be listed: %w", err)
	}
	var all []Microphone
	for _, device := range devices {
		all = append(all, microphone(device.ID, device.Name(), device.IsDefault != 0))
	}
	slices.SortStableFunc(all, func(a, b Microphone) int { return cmp.Compare(a.rank(), b.rank()) })
	return all, nil
}

// systems are the sound systems in the order in which they are tried. ALSA is none where no
// card can record: it would say so on stderr.
func systems() []malgo.Backend {
	known := []malgo.Backend{malgo.BackendWasapi, malgo.BackendCoreaudio, malgo.BackendPulseaudio}
	if cards, err := filepath.Glob("/dev/snd/pcm*c"); err == nil && len(cards) > 0 {
		known = append(known, malgo.BackendAlsa)
	}
	return known
}

// open connects to the sound system.
func open() (*malgo.AllocatedContext, error) {
	return malgo.InitContext(systems(), malgo.ContextConfig{}, nil)
}

// shut ends the connection.
func shut(system *malgo.AllocatedContext) {
	system.Uninit()
	system.Free()
}

func microphone(device malgo.DeviceID, name string, isDefault bool) Microphone {
	m := Microphone{ID: text(device), Name: strings.TrimSpace(name), Default: isDefault, device: device}
	m.Monitor = strings.HasSuffix(m.ID, ".monitor") || strings.HasPrefix(m.Name, "Monitor of ") // PulseAudio's and PipeWire's
	return m
}

// text is a device's ID as the sound system writes it where that is text, else in
// hexadecimal.
func text(device malgo.DeviceID) string {
	word, rest, _ := bytes.Cut(device[:], []byte{0})
	readable := utf8.Valid(word) && !bytes.ContainsFunc(word, func(r rune) bool { return r <= ' ' || r == 0x7F })
	if len(word) < 2 || !readable || len(bytes.Trim(rest, "\x00")) > 0 {
		return device.String()
	}
	return string(word)
}

func (m Microphone) rank() int {
	switch {
	case m.Monitor:
		return 2
	case m.Default:
		return 0
	}
	return 1
}

// Find returns the microphone of an ID, else the one of a name. One that was plugged into
// another socket may have another ID.
func Find(all []Microphone, id, name string) (m Microphone, found bool) {
	for _, is := range []func(Microphone) bool{
		func(m Microphone) bool { return m.ID == id },
		func(m Microphone) bool { return name != "" && m.Name == name },
		func(m Microphone) bool { return name != "" && strings.EqualFold(m.Name, name) },
	} {
		if n := slices.IndexFunc(all, is); n >= 0 {
			return all[n], true
		}
	}
	return Microphone{}, false
}

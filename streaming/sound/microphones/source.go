package microphones

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"fanlight/streaming/sound"

	"github.com/gen2brain/malgo"
)

// DefaultID stands for the microphone that the sound system has as its default, whichever it
// is.
const DefaultID = "default"

// lookEvery is how often an open microphone is looked for in the list: a sound system may say
// nothing when it is unplugged, or when another one becomes the default.
const lookEvery = 2 * time.Second

var (
	errUnplugged = errors.New("the microphone is unplugged. Plug it in again")
	errNoSystem  = errors.New("there is no sound system. Start PulseAudio or PipeWire")
	errNone      = errors.New("no microphone is plugged in. Plug one in")
	errMonitor   = errors.New("the system's default microphone hears what a loudspeaker plays. Make another one the default in the system's settings, or choose one by name")
	errMoved     = errors.New("another microphone is the system's default one now; it is opened")
)

// Source returns a source that finds a microphone by its ID, else by its name, whenever it is
// opened. An ID of DefaultID is the sound system's default.
func Source(id, name string) sound.Source {
	if id == DefaultID {
		name = "Default microphone"
	}
	return sound.Source{ID: id, Name: name, Packets: func(ctx context.Context) iter.Seq2[sound.Samples, error] {
		return func(yield func(sound.Samples, error) bool) {
			if err := packets(ctx, id, name, func(s sound.Samples) bool { return yield(s, nil) }); err != nil && ctx.Err() == nil {
				yield(sound.Samples{}, err)
			}
		}
	}}
}

// packets yields what a microphone hears until yield returns false, ctx ends, or it fails.
func packets(ctx context.Context, id, name string, yield func(sound.Samples) bool) error {
	device, err := lookFor(ctx, id, name)
	if err != nil {
		return err
	}
	c := begin(device)
	defer c.close()
	ctx, stop := context.WithCancel(ctx)
	gone := make(chan error, 1)
	watching := make(chan struct{})
	defer func() { stop(); <-watching }()
	go func() { defer close(watching); gone <- watch(ctx, id, name, device) }()
	times := clock{length: sound.PacketLength}
	for {
		select {
		case b := <-c.blocks:
			if !c.pass(ctx, &times, b, yield) {
				return nil
			}
		case err := <-c.ended:
			return err
		case err := <-gone:
			return err
		case <-ctx.Done():
			return nil
		}
	}
}

// pass yields a block; the first, and one that is late, with those behind it that show when it was
// captured. What was captured before the microphone was opened is not for those who had it opened.
func (c *capture) pass(ctx context.Context, times *clock, first block, yield func(sound.Samples) bool) bool {
	blocks := []block{first}
	if times.areUnsure(0, first.arrived) {
		blocks = c.settle(ctx, first, func(n int, b block) bool { return !times.areUnsure(n, b.arrived) })
	}
	taken := times.taken(len(blocks), soonest(blocks))
	for n, b := range blocks {
		s := sound.Samples{Taken: taken.Add(time.Duration(n) * sound.PacketLength), Samples: b.samples}
		if !s.Taken.Before(c.opened) && !yield(s) {
			return false
		}
	}
	return true
}

// lookFor returns the device of a microphone that is plugged in.
func lookFor(ctx context.Context, id, name string) (*malgo.DeviceID, error) {
	all, err := List(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, errNoSystem
	case id == DefaultID:
		return defaultOf(all)
	}
	m, found := Find(all, id, name)
	if !found {
		return nil, errUnplugged
	}
	device := m.device // by itself: C may point to no Go memory that holds Go pointers
	return &device, nil
}

// defaultOf returns the device of the default microphone; nil is the sound system's, where that
// marks none. PulseAudio makes a loudspeaker's monitor the default one when the last microphone
// is unplugged: who chose a microphone did not mean to share what the computer plays. A stream
// of a device, unlike one of the default, is not moved by PulseAudio to another one
// (PA_STREAM_DONT_MOVE by miniaudio).
func defaultOf(all []Microphone) (*malgo.DeviceID, error) {
	real := slices.ContainsFunc(all, func(m Microphone) bool { return !m.Monitor })
	marked := slices.IndexFunc(all, func(m Microphone) bool { return m.Default })
	switch {
	case !real:
		return nil, errNone
	case marked < 0:
		return nil, nil
	case all[marked].Monitor:
		return nil, errMonitor
	}
	device := all[marked].device
	return &device, nil
}

// watch returns why an open microphone is gone, or an error when ctx ends.
func watch(ctx context.Context, id, name string, device *malgo.DeviceID) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		now, err := lookFor(ctx, id, name)
		if err != nil {
			return err
		}
		switch {
		case now == nil || device == nil || *now == *device:
		case id == DefaultID:
			return errMoved
		default:
			return errUnplugged // the same name is in another socket by now
		}
	}
}

package main

import (
	"context"
	"iter"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
	"fanlight/ui"
)

// preview is the window's source of pictures: live ones, or those of the past.
func (p *program) preview(ctx context.Context, play ui.Play) iter.Seq2[[]byte, time.Time] {
	if play.Live() {
		return p.live(ctx)
	}
	return func(yield func([]byte, time.Time) bool) {
		past, close, err := p.past(play.Recording)
		if err == nil {
			defer close()
			err = playPast(ctx, past, play, yield)
		}
		p.report(replayTrouble, err)
	}
}

// live yields what the chosen camera sees now.
func (p *program) live(ctx context.Context) iter.Seq2[[]byte, time.Time] {
	return func(yield func([]byte, time.Time) bool) {
		for frame := range p.feed.Frames(ctx) {
			// The window itself says that a camera is lost.
			if frame.Card == nil && p.isChosens(frame) && !yield(frame.JPEG, frame.Taken) {
				return
			}
		}
	}
}

// playPast yields the pictures of a past until ctx or the past ends.
func playPast(ctx context.Context, past replay.Past, play ui.Play, yield func([]byte, time.Time) bool) error {
	from, err := stepped(past, play.From, play.Step)
	if err != nil {
		return err
	}
	for frame, err := range replay.Play(ctx, past, from, play.Speed, streaming.AtOnce) {
		if err != nil || !yield(frame.JPEG, frame.Taken) {
			return err
		}
	}
	return nil
}

// stepped returns when the picture was taken that is so many behind that of a moment, or in
// front of it, as far as there are any.
func stepped(past replay.Past, moment time.Time, steps int) (time.Time, error) {
	if steps == 0 {
		return moment, nil
	}
	next, by := past.After, -1
	if steps < 0 {
		next, by = past.Before, 1
	}
	frame, err := past.At(moment)
	for ; frame != nil && err == nil && steps != 0; steps += by {
		var beside *streaming.Frame
		beside, err = next(frame)
		if beside == nil {
			break
		}
		frame.Release()
		frame = beside
	}
	if frame == nil || err != nil {
		return moment, err
	}
	defer frame.Release()
	return frame.Taken, nil
}

// windowPast is what the window shows of what there is to be played. It is called with mu
// held.
func (p *program) windowPast() ui.Past {
	if p.films.played.Recording != "" {
		return p.films.played
	}
	return ui.Past{Kept: p.history.Keeps(), Sections: sections(p.history.Shown())}
}

func sections(past replay.Past) []ui.Section {
	var all []ui.Section
	for _, s := range past.Sections() {
		all = append(all, ui.Section{From: s.From, To: s.To})
	}
	return all
}

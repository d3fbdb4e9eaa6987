package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/ui"
)

// kept turns the camera on until so many pictures are kept, and returns when they were taken.
func kept(t *testing.T, p *program, pictures int) (taken []time.Time) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, at := range p.preview(ctx, ui.Play{}) {
		if taken = append(taken, at); len(taken) == pictures {
			return taken
		}
	}
	t.Fatal("no pictures")
	return nil
}

// first is the first picture's time of what is played.
func first(t *testing.T, p *program, play ui.Play) time.Time {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for picture, at := range p.preview(ctx, play) {
		if !slices.ContainsFunc(originals(), func(original []byte) bool { return slices.Equal(original, picture) }) {
			t.Error("the picture is not as the camera delivered it")
		}
		return at
	}
	t.Fatalf("%+v plays nothing: %v", play, p.state().Problem)
	return time.Time{}
}

func TestWindowPlaysThePast(t *testing.T) {
	p := windowless(t, options{})
	taken := kept(t, p, 4)
	if past := p.state().Past; !past.Kept || len(past.Sections) != 1 || past.Sections[0].To.Before(taken[3].Truncate(time.Microsecond)) {
		t.Errorf("kept: %+v", past)
	}
	for _, c := range []struct {
		play ui.Play
		want time.Time
	}{
		{ui.Play{From: taken[1], Speed: 1}, taken[1]},
		{ui.Play{From: taken[1].Add(time.Microsecond)}, taken[1]},
		{ui.Play{From: taken[1], Step: 1}, taken[2]},
		{ui.Play{From: taken[3], Step: -2}, taken[1]},
		{ui.Play{From: taken[1], Step: -1000}, p.state().Past.Sections[0].From},
	} {
		if got := first(t, p, c.play); !got.Truncate(time.Microsecond).Equal(c.want.Truncate(time.Microsecond)) { // a past counts microseconds
			t.Errorf("%+v: plays from %v, want %v", c.play, got, c.want)
		}
	}
}

// TestSnapshotOfThePast saves pictures of memory and of a recording.
func TestSnapshotOfThePast(t *testing.T) {
	dir := t.TempDir()
	p := windowless(t, options{})
	if err := answered(p.SetVideos, dir); err != nil {
		t.Fatal(err)
	}
	taken := kept(t, p, 4)
	p.SaveLast()
	recording := filepath.Base(until(t, p, "a recording", func(s ui.State) bool { return s.Recorded.Path != "" }).Recorded.Path)
	number := 0
	for _, of := range []ui.Play{{From: taken[1]}, {From: taken[2], Recording: recording}} {
		of.From = first(t, p, of)
		p.Snapshot(of)
		number++
		saved := until(t, p, "a snapshot", func(s ui.State) bool { return s.Saved.Number == number }).Saved
		if picture, err := os.ReadFile(saved.Path); err != nil || !isOriginalWithExif(picture) || !strings.Contains(saved.Path, of.From.Local().Format("2006-01-02 15.04.05")) {
			t.Errorf("%+v: saved %+v, %v", of, saved, err)
		}
	}
	p.Snapshot(ui.Play{From: taken[0].Add(-time.Hour)})
	if saved := until(t, p, "a refusal", func(s ui.State) bool { return s.Saved.Number == number+1 }).Saved; saved.Problem != errPictureGone.Error() {
		t.Errorf("of what is not kept: %+v", saved)
	}
}

func TestWindowListsPlaysAndChangesRecordings(t *testing.T) {
	dir := t.TempDir()
	p := windowless(t, options{})
	if err := answered(p.SetVideos, dir); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var following sync.WaitGroup
	defer following.Wait()
	defer cancel()
	following.Go(func() { p.followFilms(ctx) })
	until(t, p, "the folder", func(s ui.State) bool { return s.General.Videos == dir })

	p.SaveLast()
	until(t, p, "nothing to save", func(s ui.State) bool { return s.Recorded.Problem != "" })
	taken := kept(t, p, 3)
	p.SaveLast()
	until(t, p, "what was just seen", func(s ui.State) bool { return s.Recorded.Path != "" })
	saved := p.state().Recorded
	if _, err := os.Stat(saved.Path); err != nil || filepath.Dir(saved.Path) != dir || saved.Number != 2 {
		t.Errorf("saved %+v: %v", saved, err)
	}

	p.ListRecordings(true)
	listed := func(names ...string) func(ui.State) bool {
		return func(s ui.State) bool {
			var got []string
			for _, f := range s.Library.Recordings {
				got = append(got, f.Name)
			}
			return slices.Equal(got, names) && !s.Library.Reading
		}
	}
	name := func(id string) string { return id[:len(id)-len(".mkv")] }
	until(t, p, "the list", listed(name(saved.ID)))
	until(t, p, "its picture", func(s ui.State) bool { return s.Library.Recordings[0].Picture != nil })
	got := first(t, p, ui.Play{From: time.Unix(0, 0), Speed: 1, Recording: saved.ID})
	if late := got.Sub(taken[0]).Abs(); late > time.Minute {
		t.Errorf("plays from %v, recorded from %v", got, taken[0])
	}
	if past := p.state().Past; past.Recording != "" {
		t.Errorf("what is played stays: %+v", past)
	}

	p.RenameRecording(saved.ID, "Garden")
	until(t, p, "the new name", listed("Garden"))
	p.RenameRecording("Garden.mkv", "../Garden")
	until(t, p, "a refusal", func(s ui.State) bool { return s.Library.Problem != "" })
	p.DeleteRecording("Garden.mkv")
	until(t, p, "an empty list", listed())
	if s := p.state().Library; s.Deleted != (ui.Deleted{Number: 1, ID: "Garden.mkv", Name: "Garden.mkv"}) || s.Problem != "" {
		t.Errorf("deleted: %+v", s)
	}
	p.RestoreRecording("Garden.mkv")
	until(t, p, "the list as before", listed("Garden"))
}

func TestARecordingThatEndsIsTold(t *testing.T) {
	p := windowless(t, options{Record: t.TempDir()})
	p.Record(true)
	until(t, p, "a recording", func(s ui.State) bool { return s.Recording.Bytes > 0 })
	p.Record(false)
	until(t, p, "its end", func(s ui.State) bool { return s.Recorded.Number == 1 && !s.Recording.On() })
	if got := p.state().Recorded; filepath.Base(got.Path) != got.ID || got.Problem != "" {
		t.Errorf("told of %+v", got)
	}
	if g := p.state().General; !g.VideosGiven {
		t.Error("the folder of the command line can be changed")
	}
}

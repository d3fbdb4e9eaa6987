package web

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/drivers/jpegs"
	"fanlight/streaming/streamtest"
)

// picture is what /frame.jpg answers with.
func (r *rerun) picture(t *testing.T, query string) *viewing {
	t.Helper()
	v := r.view(t, "/frame.jpg?"+query, nil)
	<-v.gone
	return v
}

func TestPictureOfAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{Shrink: (&shrinker{}).shrink}, plenty)
		if v := r.picture(t, "at=-1s"); v.status != 404 || !strings.Contains(v.body.String(), "no picture of that time") {
			t.Errorf("without a past: %d %q", v.status, &v.body)
		}
		if r.bench.Opened.Load() > 0 {
			t.Error("the camera was turned on")
		}
		r.run(10*time.Second + time.Millisecond)
		time.Sleep(time.Minute)                                                              // it is off
		at := func(s float64) string { return strconv.FormatFloat(946684800+s, 'f', 6, 64) } // a bubble begins in 2000
		for query, want := range map[string]uint64{
			"at=" + at(5.001):                         150,
			"at=" + at(5.02):                          150,
			"at=2000-01-01T00:00:05.04Z":              151,
			"at=2000-01-01T01:00:05.04+01:00":         151,
			"at=-75s":                                 0,
			"at=" + at(5.001) + "&step=1":             151,
			"at=" + at(5.001) + "&step=-1":            149,
			"at=2000-01-01T00:00:05.001Z&step=-1&x=y": 149,
		} {
			v := r.picture(t, query)
			n, _ := streamtest.Stamp(v.body.Bytes())
			if v.status != 0 || n != want {
				t.Errorf("%s: %d, picture %d, want %d", query, v.status, n, want)
			}
			header := v.header
			if header.Get("Cache-Control") != "private, no-store" || header.Get("Content-Type") != "image/jpeg" || header.Get("X-Timestamp") == "" {
				t.Errorf("%s: %v", query, header)
			}
		}
		for _, query := range []string{"at=-2h", "at=-2h&step=1", "at=-75s&download"} {
			if v := r.picture(t, query); v.status != 404 || !strings.Contains(v.body.String(), "no picture of that time") {
				t.Errorf("%s, before the oldest: %d %q", query, v.status, &v.body)
			}
		}
		saved := r.picture(t, "at=-65s&download")
		if whole := jpegs.WithOrigin(saved.body.Bytes(), jpegs.Origin{Camera: "another"}); !bytes.Equal(whole, saved.body.Bytes()) || !strings.Contains(saved.header.Get("Content-Disposition"), "1999-12-31") && !strings.Contains(saved.header.Get("Content-Disposition"), "2000-01-01") {
			t.Errorf("the saved picture has no Exif; %v", saved.header)
		}
		if v := r.picture(t, "at=-75s&step=-1"); v.status != 404 || !strings.Contains(v.body.String(), "oldest") {
			t.Errorf("in front of the oldest: %d %q", v.status, &v.body)
		}
		if v := r.picture(t, "at=-0s&step=1"); v.status != 404 || !strings.Contains(v.body.String(), "newest") {
			t.Errorf("behind the newest: %d %q", v.status, &v.body)
		}
		if r.bench.Opened.Load() != 1 || r.bench.Open.Load() != 0 {
			t.Error("the camera was turned on")
		}
	})
}

func TestSmallPictureOfAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{Shrink: (&shrinker{takes: time.Second}).shrink}, plenty)
		large := flat(320, 180)
		r.bench.Picture.Store(&large)
		r.run(time.Second)
		began := time.Now()
		var all []*viewing // as of a page while its viewer drags along the time line
		for range 5 {
			all = append(all, r.view(t, "/frame.jpg?at=-0.5s&width=100", nil))
		}
		for _, v := range all {
			<-v.gone
			if _, info, err := jpegs.Mend(v.body.Bytes()); err != nil || info.Width != 160 {
				t.Errorf("%d: a picture of %d pixels, %v", v.status, info.Width, err)
			}
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("five pictures took %v, so they were not made one at a time", took)
		}
	})
}

// TestStepsNeverStandStill steps through pictures of which some were taken at the same time,
// by the time that each answer names.
func TestStepsNeverStandStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		at := func(s int64) time.Time { return time.Unix(s, 0) }
		r.stream.RewindWith(newReel(streamtest.Tiny[0], at(1), at(2), at(2), at(2), at(3), at(3), at(4)))
		for step, want := range map[string]string{"1": "1.000000 2.000000 3.000000 4.000000", "-1": "4.000000 3.000000 2.000000 1.000000"} {
			at := map[string]string{"1": "1", "-1": "4"}[step]
			var seen []string
			for v := r.picture(t, "at="+at); v.status == 0 && len(seen) < 9; v = r.picture(t, "at="+at+"&step="+step) {
				at = v.header.Get("X-Timestamp")
				seen = append(seen, at)
			}
			if got := strings.Join(seen, " "); got != want {
				t.Errorf("steps of %s lead to %s, want %s", step, got, want)
			}
		}
	})
}

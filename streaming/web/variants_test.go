package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"fanlight/assets"
	"fanlight/streaming"
	"fanlight/streaming/streamtest"

	"fanlight/drivers/jpegs"
)

// shrinker is a Shrink for tests: its pictures are flat, of the right width, and
// it counts and can be slow or fail.
type shrinker struct {
	calls atomic.Int32
	takes time.Duration
	fails error
}

func (s *shrinker) shrink(picture []byte, width, quality int) ([]byte, error) {
	s.calls.Add(1)
	time.Sleep(s.takes)
	if s.fails != nil {
		return nil, s.fails
	}
	full, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	if width == 0 || width > full.Width {
		width = full.Width
	}
	return flat(width, width*full.Height/full.Width), nil
}

func flat(width, height int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// shrinking is a Server of large pictures that makes smaller ones, in a bubble.
func shrinking(t *testing.T, s *shrinker) (*streamtest.Camera, *Stream) {
	large := assets.Emulated()[0]
	b := streamtest.NewCamera()
	b.Picture.Store(&large)
	_, stream := single(b.Feed(t), StreamOptions{Shrink: s.shrink})
	return b, stream
}

// ask sends a request for a stream, and leaves after a time; zero means a snapshot.
func ask(t *testing.T, s *Stream, path string, stay time.Duration) *recorder {
	ctx := t.Context()
	if stay > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, stay)
		defer cancel()
	}
	request, err := http.NewRequestWithContext(ctx, "GET", path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.RemoteAddr = "127.0.0.1:1"
	request.Host = "localhost"
	answer := newRecorder()
	s.server.handler.ServeHTTP(answer, request)
	return answer
}

// widths are those of the pictures in a multipart answer.
func (r *recorder) widths(t *testing.T) map[int]int {
	t.Helper()
	widths := map[int]int{}
	for _, part := range strings.Split(r.body.String(), firstDelimiter) {
		_, picture, found := strings.Cut(part, "\r\n\r\n")
		if !found {
			continue
		}
		_, info, err := jpegs.Mend([]byte(strings.TrimSuffix(picture, "\r\n")))
		if err != nil {
			t.Errorf("a picture of %d bytes: %v", len(picture), err)
		}
		widths[info.Width]++
	}
	return widths
}

func TestViewersOfOneSizeShareTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &shrinker{}
		b, s := shrinking(t, work)
		var watching sync.WaitGroup
		for _, query := range []string{"?width=640", "?width=601", "?width=640&fps=1000", "?width=639", "?fps=1000&width=500"} {
			watching.Go(func() {
				answer := ask(t, s, "/stream.mjpg"+query, 2*time.Second)
				if widths := answer.widths(t); len(widths) != 1 || widths[640] < 55 {
					t.Errorf("%s: pictures by width: %v, want 60 of 640", query, widths)
				}
			})
		}
		watching.Wait()
		if n := work.calls.Load(); n < 55 || n > 62 {
			t.Errorf("60 pictures for five viewers took %d shrinkings", n)
		}
		before := work.calls.Load()
		time.Sleep(time.Minute)
		if n := work.calls.Load(); n != before || b.Open.Load() != 0 || len(s.variants.making) != 0 {
			t.Errorf("when nobody watches: %d more shrinkings, camera open %d, %v", n-before, b.Open.Load(), s.variants.making)
		}
	})
}

func TestSmallerPictureKeepsItsCaptureTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := shrinking(t, &shrinker{takes: 20 * time.Millisecond})
		live, no := s.pictures(t.Context(), variant{width: 640}, streaming.AtOnce)
		if no != nil {
			t.Fatal(no.sentence)
		}
		defer live.leave()
		n := 0
		for frame := range live.frames {
			if age := time.Since(frame.Taken); age != 20*time.Millisecond {
				t.Errorf("the picture is %v old", age)
			}
			if frame.Width != 640 || frame.Height != 360 {
				t.Errorf("the picture is %d×%d", frame.Width, frame.Height)
			}
			if n++; n == 5 {
				break
			}
		}
	})
}

func TestSlowShrinkingSkipsToTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := shrinking(t, &shrinker{takes: 250 * time.Millisecond})
		live, _ := s.pictures(t.Context(), variant{width: 160}, streaming.AtOnce)
		defer live.leave()
		began, n := time.Now(), 0
		for frame := range live.frames {
			if age := time.Since(frame.Taken); age > 250*time.Millisecond+time.Second/30 {
				t.Errorf("picture %d is %v old", n, age)
			}
			if n++; n == 20 {
				break
			}
		}
		if took := time.Since(began); took > 20*250*time.Millisecond {
			t.Errorf("20 pictures took %v", took)
		}
	})
}

func TestNothingIsEnlarged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &shrinker{}
		_, s := shrinking(t, work)
		original := assets.Emulated()[0]
		for _, path := range []string{"/snapshot.jpg?width=1280", "/snapshot.jpg?width=1200", "/?action=snapshot&width=4000"} {
			if answer := ask(t, s, path, 0); !bytes.Equal(answer.body.Bytes(), original) {
				t.Errorf("%s: %d bytes, not the original %d", path, answer.body.Len(), len(original))
			}
		}
		if n := work.calls.Load(); n != 0 {
			t.Errorf("%d shrinkings", n)
		}
		// A picture that would become larger is sent as it is.
		growing := newVariants(s.feed, func(picture []byte, _, _ int) ([]byte, error) { return append(picture, 0), nil }, s.Encoded, discarded)
		if got, err := growing.make(original, 1280, variant{quality: 100}); err != nil || !bytes.Equal(got, original) {
			t.Errorf("%d bytes for %d, %v", len(got), len(original), err)
		}
	})
}

func TestPictureThatCannotBeShrunkGoesAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &shrinker{fails: errors.New("odd")}
		_, s := shrinking(t, work)
		answer := ask(t, s, "/stream.mjpg?width=320", time.Second)
		if widths := answer.widths(t); widths[1280] < 25 || len(widths) != 1 {
			t.Errorf("pictures by width: %v", widths)
		}
	})
}

func TestKindsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := shrinking(t, &shrinker{})
		var watching sync.WaitGroup
		for n := range mostVariants {
			watching.Go(func() {
				path := fmt.Sprintf("/stream.mjpg?width=%d", (n+1)*widthStep)
				if answer := ask(t, s, path, time.Second); answer.status != 0 || answer.pictures() < 25 {
					t.Errorf("%s: %d, %d pictures", path, answer.status, answer.pictures())
				}
			})
		}
		synctest.Wait()
		for _, path := range []string{"/stream.mjpg?width=1000", "/snapshot.jpg?width=1000"} {
			answer := ask(t, s, path, time.Second)
			if answer.status != 503 || answer.header.Get("Retry-After") == "" || !strings.Contains(answer.body.String(), "?width=160, ?width=320") {
				t.Errorf("%s: %d %q", path, answer.status, &answer.body)
			}
		}
		if n := s.Viewers(); n != mostVariants {
			t.Errorf("%d viewers, want %d", n, mostVariants)
		}
		if answer := ask(t, s, "/snapshot.jpg?width=150", 0); answer.status != 0 {
			t.Errorf("one that is being made: %d %s", answer.status, &answer.body)
		}
		watching.Wait()
		if answer := ask(t, s, "/snapshot.jpg?width=1000", 0); answer.status != 0 {
			t.Errorf("a free place: %d %s", answer.status, &answer.body)
		}
	})
}

func TestLostCameraLeavesNoStaleSmallPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := shrinking(t, &shrinker{})
		live, _ := s.pictures(t.Context(), variant{width: 160}, streaming.AtOnce)
		defer live.leave()
		for range live.frames {
			break
		}
		gone := errors.New("unplugged")
		b.Fail.Store(&gone)
		time.Sleep(200 * time.Millisecond)
		if !s.feed.Empty() {
			t.Fatal("the camera is not lost")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		again, _ := s.pictures(ctx, variant{width: 160}, streaming.AtOnce)
		defer again.leave()
		for frame := range again.frames {
			t.Errorf("a picture of %v ago came", time.Since(frame.Taken))
		}
	})
}

func TestMistakesAboutSizesAreAnsweredWithASentence(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{Shrink: (&shrinker{}).shrink}, nil)
	for _, query := range []string{"width=abc", "width=", "width=0", "width=-5", "width=1e3", "width=65501", "width=640.5", "width=99999999999999999999"} {
		for _, path := range []string{"/stream.mjpg?", "/snapshot.jpg?", "/?action=stream&"} {
			response := h.get(t, "GET", path+query)
			if body, _ := io.ReadAll(response.Body); response.StatusCode != 400 || !strings.Contains(string(body), "width is a whole number of pixels") {
				t.Errorf("%s%s: %s %q", path, query, response.Status, body)
			}
		}
	}
	for _, query := range []string{"quality=best", "quality=0", "quality=101"} {
		if body, _ := io.ReadAll(h.get(t, "GET", "/snapshot.jpg?"+query).Body); !strings.Contains(string(body), "quality is a whole number") {
			t.Errorf("%s: %q", query, body)
		}
	}
	plain := serve(t, 0)
	if response := plain.get(t, "GET", "/stream.mjpg?width=640"); response.StatusCode != 501 {
		t.Errorf("without a Shrink: %s", response.Status)
	}
}

func TestSnapshotToSaveIsNamedByCameraAndTime(t *testing.T) {
	h := serve(t, 0)
	response := h.get(t, "GET", "/snapshot.jpg?download")
	kind, params, err := mime.ParseMediaType(response.Header.Get("Content-Disposition"))
	if err != nil || kind != "attachment" {
		t.Fatalf("%q, %v", response.Header.Get("Content-Disposition"), err)
	}
	taken, err := time.ParseInLocation("Bench bench 2006-01-02 15.04.05.jpg", params["filename"], time.Local)
	if age := time.Since(taken); err != nil || age < -time.Second || age > patience {
		t.Errorf("named %q, %v old, %v", params["filename"], age, err)
	}
	if to := h.get(t, "GET", "/snapshot.jpg").Header.Get("Content-Disposition"); to != "" {
		t.Errorf("one to look at has the disposition %q", to)
	}
}

func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"", "HD Pro Webcam C920", "..", "../../etc/passwd", "Türkamera «vorn»", "a\r\nX: y", `C:\con"`, "\xff\xfe", strings.Repeat("é", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, camera string) {
		header := attachment(camera, time.Unix(1700000000, 0))
		if strings.ContainsAny(header, "\r\n") {
			t.Errorf("%q breaks the header: %q", camera, header)
		}
		kind, params, err := mime.ParseMediaType(header)
		name := params["filename"]
		if err != nil || kind != "attachment" || !strings.HasSuffix(name, ".jpg") || strings.HasPrefix(name, ".") {
			t.Fatalf("%q: %q, %v", camera, header, err)
		}
		if strings.ContainsAny(name, "/\\:*?\"<>|\x00\n") || !utf8.ValidString(name) || len(name) > 255 {
			t.Errorf("%q: file name %q of %d bytes", camera, name, len(name))
		}
	})
}

func FuzzVariantAsked(f *testing.F) {
	for _, seed := range []string{"width=640", "quality=50&width=1", "width=65500", "width=-1", "width=abc", "quality=101", "width=640&width=abc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		query, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		v, err := variantAsked(query)
		if err != nil {
			return
		}
		if v.width%widthStep != 0 || v.quality%qualityStep != 0 || v.width < 0 || v.width > widestVariant+widthStep || v.quality < 0 || v.quality > 100 {
			t.Errorf("%q asks for %v", raw, v)
		}
		again, err := url.ParseQuery(strings.TrimPrefix(v.String(), "?"))
		if err != nil {
			t.Fatal(err)
		}
		if v.width <= widestVariant {
			if same, err := variantAsked(again); err != nil || same != v {
				t.Errorf("%v written as %s asks for %v, %v", v, v, same, err)
			}
		}
	})
}

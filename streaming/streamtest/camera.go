package streamtest

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"iter"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/streaming"
)

// Tiny is three pictures, small so that a thousand viewers can compare every byte.
var Tiny = [3][]byte{tinyJPEG(1), tinyJPEG(2), tinyJPEG(3)}

// TinyWidth and TinyHeight are the size of Tiny's pictures in pixels.
const TinyWidth, TinyHeight = 16, 8

func tinyJPEG(shade uint8) []byte {
	picture := image.NewGray(image.Rect(0, 0, TinyWidth, TinyHeight))
	picture.Pix[0] = 50 * shade
	return encoded(picture)
}

// Grey returns a JPEG picture of a size in pixels.
func Grey(width, height int) []byte { return encoded(image.NewGray(image.Rect(0, 0, width, height))) }

func encoded(picture image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// IsOriginal reports whether a picture is one of Tiny, byte for byte.
func IsOriginal(picture []byte) bool {
	return slices.ContainsFunc(Tiny[:], func(original []byte) bool { return bytes.Equal(picture, original) })
}

// Camera delivers the pictures of Tiny in turn. A test may change the atomic fields while
// it runs.
type Camera struct {
	ID        string
	FPS       float64
	SlowClose time.Duration // how long closing takes
	Stamps    bool          // pictures carry their number, from 0; see Stamp

	shown atomic.Uint64 // pictures

	Opened, Closed atomic.Int32 // how often
	Open           atomic.Int32 // how often now; at most once
	Fail           atomic.Pointer[error]
	Stalled        atomic.Bool
	Picture        atomic.Pointer[[]byte] // is delivered in place of Tiny
}

// NewCamera returns a camera of 30 fps.
func NewCamera() *Camera { return &Camera{ID: "bench", FPS: 30} }

// Source returns the camera as a source for a feed.
func (c *Camera) Source() streaming.Source {
	return streaming.Source{ID: c.ID, Name: "Bench " + c.ID, Asked: streaming.Mode{Width: 640}, Frames: c.frames}
}

// Feed returns a feed of the camera, which is closed when the test ends.
func (c *Camera) Feed(t *testing.T) *streaming.Feed {
	feed := streaming.NewFeed(c.Source(), 0, slog.New(slog.NewTextHandler(t.Output(), nil)))
	t.Cleanup(feed.Close)
	return feed
}

func (c *Camera) frames(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
	return func(yield func(streaming.Picture, error) bool) {
		if c.Opened.Add(1); c.Open.Add(1) > 1 {
			panic("the camera is open twice")
		}
		defer func() {
			time.Sleep(c.SlowClose)
			c.Open.Add(-1)
			c.Closed.Add(1)
		}()
		granted(streaming.Mode{Width: TinyWidth, Height: TinyHeight, FPS: c.FPS})
		for n := 0; ; n++ {
			if err := c.Fail.Load(); err != nil {
				yield(streaming.Picture{}, *err)
				return
			}
			picture := Tiny[n%len(Tiny)]
			if other := c.Picture.Load(); other != nil {
				picture = *other
			}
			borrowed := bytes.Clone(picture)
			if c.Stamps {
				borrowed = Stamped(picture, c.shown.Add(1)-1)
			}
			if !c.Stalled.Load() && !yield(streaming.Picture{JPEG: borrowed}, nil) {
				return
			}
			clear(borrowed) // which consumers must not use any more
			select {
			case <-time.After(time.Duration(float64(time.Second) / c.FPS)):
			case <-ctx.Done():
				return
			}
		}
	}
}

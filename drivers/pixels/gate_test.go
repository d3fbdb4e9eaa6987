package pixels

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/lettering"
)

func TestTurnRefuses(t *testing.T) {
	good := filled(t, 64, 48, color.White)
	for name, picture := range map[string][]byte{
		"nothing":            nil,
		"no bytes":           {},
		"text":               []byte("<html>503 Service Unavailable</html>"),
		"PNG":                []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"),
		"only the start":     good[:2],
		"header only":        good[:20],
		"cut short":          good[:len(good)/2],
		"without its end":    good[:len(good)-2],
		"zeros":              make([]byte, 100_000),
		"65535×65535":        claiming(t, good, 65535, 65535),
		"65 megapixels":      claiming(t, good, 8192, 8193),
		"no width":           claiming(t, good, 0, 48),
		"no height":          claiming(t, good, 64, 0),
		"width beyond 65500": claiming(t, good, 65535, 1),
	} {
		t.Run(name, func(t *testing.T) {
			turner := NewTurner(Look{Rotate: 90, Mirror: true, Text: "x", Clock: true}, 0)
			defer turner.Close()
			if got, err := turner.Turn(picture, noon); err == nil || got != nil {
				t.Errorf("%d bytes, %v; want an error only", len(got), err)
			}
			if _, err := turner.Turn(good, noon); err != nil {
				t.Errorf("the next picture: %v", err)
			}
		})
	}
	for _, quality := range []int{-1, 101} {
		turner := NewTurner(Look{Mirror: true}, quality)
		if got, err := turner.Turn(good, noon); err == nil || got != nil {
			t.Errorf("quality %d: %d bytes, %v", quality, len(got), err)
		}
		turner.Close()
	}
}

// TestBombIsRefusedAtOnce has a picture of ten kilobytes that would keep a decoder
// busy for minutes: thousands of scans with nothing in them.
func TestBombIsRefusedAtOnce(t *testing.T) {
	picture := filled(t, 64, 48, color.White)
	scan := bytes.Index(picture, []byte{0xff, 0xda})
	length := 2 + int(binary.BigEndian.Uint16(picture[scan+2:]))
	empty := append(bytes.Clone(picture[scan:scan+length]), 0x7f)
	end := len(picture) - 2
	bomb := slices.Concat(picture[:end], bytes.Repeat(empty, 1000), picture[end:])
	turner := NewTurner(Look{Rotate: 90}, 0)
	defer turner.Close()
	for name, decode := range map[string]func() error{
		"turn":    func() error { _, err := turner.Turn(bomb, noon); return err },
		"shrink":  func() error { _, err := Shrink(bomb, 32, 0); return err },
		"preview": func() error { _, err := Preview(bomb, image.Pt(32, 24), nil); return err },
	} {
		if err := decode(); !errors.Is(err, errNoPicture) || !strings.Contains(err.Error(), "too much work to decode") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTurnAfterClose(t *testing.T) {
	turner := NewTurner(Look{Rotate: 90}, 0)
	turner.Close()
	turner.Close()
	if got, err := turner.Turn(filled(t, 64, 48, color.White), noon); err == nil || got != nil {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// Pictures of one line of pixels, and of less than a label needs.
func TestTurnTinyPictures(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {1, 50}, {50, 1}, {3, 12}, {12, 13}, {40, 13}, {2000, 5}} {
		look := Look{Rotate: 270, Text: "Haustür", Clock: true}
		got := decoded(t, turn(t, look, 0, filled(t, size.X, size.Y, color.White), noon))
		if got.Bounds().Size() != image.Pt(size.Y, size.X) {
			t.Errorf("%v became %v", size, got.Bounds().Size())
		}
	}
}

// Cameras leave out the tables that every MJPEG decoder knows.
func TestTurnPictureWithoutHuffmanTables(t *testing.T) {
	picture := filled(t, 64, 48, color.RGBA{R: 220, G: 40, B: 40, A: 255})
	var without []byte
	for at := 2; ; {
		length := 2 + int(binary.BigEndian.Uint16(picture[at+2:]))
		if picture[at+1] == 0xda {
			without = append(without, picture[at:]...)
			break
		}
		if picture[at+1] != 0xc4 {
			without = append(without, picture[at:at+length]...)
		}
		at += length
	}
	without = append([]byte{0xff, 0xd8}, without...)
	if len(without) >= len(picture) {
		t.Fatal("there were no tables to leave out")
	}
	got := decoded(t, turn(t, Look{Rotate: 90}, 0, without, noon))
	if !near(got.At(20, 20), color.RGBA{R: 220, G: 40, B: 40, A: 255}, 6) {
		t.Errorf("decoded as %v", got.At(20, 20))
	}
}

// The library's memory is not the garbage collector's: what is not freed is lost.
func TestNoMemoryLeaks(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc/self/statm")
	}
	picture := filled(t, 1280, 720, color.White)
	// Its tables are missing, and found to be only when it is decoded.
	broken := bytes.ReplaceAll(picture, []byte{0xff, 0xdb}, []byte{0xff, 0xfe})
	if _, err := Shrink(broken, 0, 0); !errors.Is(err, errNoPicture) {
		t.Fatalf("it is decoded: %v", err)
	}
	padded := paint(I420, 1280, 720, 1344)
	many := func() {
		for i := range 30 {
			turner := NewTurner(Look{Rotate: 90, Mirror: true, Text: fmt.Sprint(i), Clock: true}, 0)
			_, _ = turner.Turn(picture, noon.Add(time.Duration(i)*time.Second))
			_, _ = turner.Turn(broken, noon)
			turner.Close()
			mover := NewTurner(Look{Rotate: 180}, 0) // without decoding
			_, _ = mover.Turn(picture, noon)
			_, _ = mover.Turn(broken, noon)
			mover.Close()
			_, _ = padded.Encode(0)
		}
		runtime.GC()
	}
	many()
	before := resident(t)
	many()
	// Leaked, 30 pictures of 1280×720 in three bytes a pixel are 83 MB.
	if grown := resident(t) - before; grown > 40<<20 {
		t.Errorf("grew by %d MB", grown>>20)
	}
}

func resident(t *testing.T) int {
	t.Helper()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size, pages int
	if _, err := fmt.Fscan(bytes.NewReader(statm), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// Cameras pad a picture with zeros to the size of their buffer.
func TestTurnPaddedPicture(t *testing.T) {
	picture := corners(t, 64, 48)
	padded := append(bytes.Clone(picture), make([]byte, 4096)...)
	if !bytes.Equal(turn(t, Look{Mirror: true}, 0, padded, noon), turn(t, Look{Mirror: true}, 0, picture, noon)) {
		t.Error("the padding changes the picture")
	}
}

// A camera on a bad cable, a name from anywhere: whatever comes, Turn returns.
func FuzzTurn(f *testing.F) {
	good := corners(f, 40, 30)
	f.Add(good, 90, true, "Haustür", true)
	f.Add(good[:len(good)/2], 180, false, "a\nb", false)
	f.Add(oriented(good, 6), 270, true, "\xff\u202e", true)
	f.Add(claiming(f, good, 9, 200), 0, false, "", true)
	f.Add([]byte{0xff, 0xd8, 0xff}, 45, false, "", false)
	f.Fuzz(func(t *testing.T, picture []byte, rotate int, mirror bool, text string, clock bool) {
		if file, err := open(picture); err == nil && file.Size().X*file.Size().Y > 1<<16 {
			return // it would only take long
		}
		look := Look{Rotate: rotate, Mirror: mirror, Text: text, Clock: clock}
		turner := NewTurner(look, 0)
		defer turner.Close()
		before := bytes.Clone(picture)
		got, err := turner.Turn(picture, noon)
		if !bytes.Equal(picture, before) {
			t.Error("the borrowed picture was changed")
		}
		if look.Plain() {
			return
		}
		if (got == nil) == (err == nil) {
			t.Fatalf("%d bytes and %v", len(got), err)
		}
		if err != nil {
			return
		}
		if _, err := open(got); err != nil {
			t.Errorf("what it made is no JPEG: %v", err)
		}
		// Blocks that are moved keep the damage they had; what is encoded has none.
		if lettering.OneLine(text) == "" && !clock {
			return
		}
		if _, err := jpeg.Decode(bytes.NewReader(got)); err != nil {
			t.Errorf("what it made is no JPEG: %v", err)
		}
	})
}

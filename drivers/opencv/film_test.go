//go:build linux

package opencv_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/drivertest"
)

// ffmpeg runs ffmpeg, or skips the test where it is not installed.
func ffmpeg(t *testing.T, arguments ...string) {
	t.Helper()
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("needs ffmpeg; make setup-test installs it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, path, append([]string{"-nostdin", "-v", "error"}, arguments...)...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, out)
	}
}

// matrices are those of an MP4 track that is to be turned by degrees clockwise: a, b, u, c,
// d, v of ISO/IEC 14496-12, 8.3.2, in 1/65536.
var matrices = map[int][6]int32{
	0: {1 << 16, 0, 0, 0, 1 << 16, 0}, 90: {0, 1 << 16, 0, -1 << 16, 0, 0},
	180: {-1 << 16, 0, 0, 0, -1 << 16, 0}, 270: {0, -1 << 16, 0, 1 << 16, 0, 0},
}

// lay returns a copy of an MP4 film that is to be turned, as a telephone writes it that was
// held so.
func lay(t *testing.T, film []byte, degrees int) (path string) {
	t.Helper()
	const behindName = 44 // bytes, from the name to the matrix
	turned := bytes.Clone(film)
	header := bytes.Index(turned, []byte("tkhd"))
	if header < 0 {
		t.Fatal("a film without a track")
	}
	for n, value := range matrices[degrees] {
		binary.BigEndian.PutUint32(turned[header+behindName+4*n:], uint32(value))
	}
	path = filepath.Join(t.TempDir(), fmt.Sprintf("%d.mp4", degrees))
	if err := os.WriteFile(path, turned, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// corners names the colours of a picture's quarters, clockwise from the left at the top.
func corners(picture image.Image) string {
	size, names := picture.Bounds().Size(), ""
	for _, at := range []image.Point{{1, 1}, {3, 1}, {3, 3}, {1, 3}} {
		c := color.NRGBAModel.Convert(picture.At(at.X*size.X/4, at.Y*size.Y/4)).(color.NRGBA)
		switch {
		case c.R > 128 && c.G > 128:
			names += "Y"
		case c.R > 128:
			names += "R"
		case c.G > 100:
			names += "G"
		default:
			names += "B"
		}
	}
	return fmt.Sprintf("%s of %v", names, size)
}

func decoded(t *testing.T, picture []byte) image.Image {
	t.Helper()
	decoded, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// A film stands as ffmpeg and the players show it.
func TestFilmThatWasHeldSidewaysStandsUpright(t *testing.T) {
	program(t)
	plain := filepath.Join(t.TempDir(), "plain.mp4")
	ffmpeg(t, "-f", "lavfi", "-i", "color=c=red:s=80x60[a];color=c=lime:s=80x60[b];color=c=blue:s=80x60[c];color=c=yellow:s=80x60[d];[a][b]hstack[t];[c][d]hstack[u];[t][u]vstack",
		"-t", "1", "-r", "10", "-pix_fmt", "yuv420p", plain)
	film, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	for degrees, want := range map[int]string{0: "RGYB of (160,120)", 90: "BRGY of (120,160)", 180: "YBRG of (160,120)", 270: "GYBR of (120,160)"} {
		path := lay(t, film, degrees)
		shown := filepath.Join(t.TempDir(), "shown.jpg")
		ffmpeg(t, "-i", path, "-frames:v", "1", shown)
		picture, err := os.ReadFile(shown)
		if err != nil {
			t.Fatal(err)
		}
		if got := corners(decoded(t, picture)); got != want {
			t.Errorf("%d: ffmpeg shows %s, want %s", degrees, got, want)
		}
		var mode drivers.Mode
		n := 0
		for picture, err := range drivertest.Find(t, "opencv:"+path).Frames(t.Context(), drivers.Want{Granted: func(m drivers.Mode) { mode = m }}) {
			if err != nil {
				t.Fatal(err)
			}
			size := decoded(t, picture.JPEG).Bounds().Size()
			if got := corners(decoded(t, picture.JPEG)); got != want || size != image.Pt(mode.Width, mode.Height) {
				t.Errorf("%d: picture %d is %s, granted %+v; want %s", degrees, n, got, mode, want)
			}
			if n++; n == 12 { // past the end of the film and its beginning
				break
			}
		}
	}
}

// The pictures are at 0, 0.1, 0.2 and 0.8 s. OpenCV does not tell the times of the last
// pictures of a film in H.264.
func TestFilmOfAVariableRatePlaysAtItsOwnTimes(t *testing.T) {
	program(t)
	path := filepath.Join(t.TempDir(), "variable.mkv")
	ffmpeg(t, "-i", film(t, "film.mp4"), "-vf", "select='lt(n,3)+eq(n,8)'", "-vsync", "vfr", "-c:v", "mpeg4", "-q:v", "2", path)
	var order []int
	var before time.Time
	for picture, err := range drivertest.Find(t, "opencv:"+path).Frames(t.Context(), drivers.Want{}) {
		if err != nil {
			t.Fatal(err)
		}
		number := filmPicture(t, picture)
		if took := picture.Taken.Sub(before); number == 8 && took < 550*time.Millisecond {
			t.Errorf("the picture at 0.8 s came %v after the one at 0.2 s", took)
		}
		order, before = append(order, number), picture.Taken
		if len(order) == 9 {
			break
		}
	}
	if got, want := fmt.Sprint(order), "[0 1 2 8 0 1 2 8 0]"; got != want {
		t.Errorf("pictures %s, want %s", got, want)
	}
}

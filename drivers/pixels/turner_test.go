package pixels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTurnCorners(t *testing.T) {
	looks := []struct {
		look Look
		want string // of RG over BW
	}{
		{Look{Rotate: 90}, "BRWG"},
		{Look{Rotate: 180}, "WBGR"},
		{Look{Rotate: 270}, "GWRB"},
		{Look{Mirror: true}, "GRWB"},
		{Look{Rotate: 90, Mirror: true}, "RBGW"},
		{Look{Rotate: 180, Mirror: true}, "BWRG"},
		{Look{Rotate: 270, Mirror: true}, "WGBR"},
	}
	for _, size := range []image.Point{{X: 64, Y: 48}, {X: 65, Y: 49}, {X: 101, Y: 67}, {X: 48, Y: 90}} {
		picture := corners(t, size.X, size.Y)
		for _, test := range looks {
			t.Run(fmt.Sprintf("%v %+v", size, test.look), func(t *testing.T) {
				turned := size
				if test.look.Rotate%180 != 0 {
					turned = image.Pt(size.Y, size.X)
				}
				wantCorners(t, turn(t, test.look, 95, picture, noon), turned, test.want)
			})
		}
	}
}

// One Turner meets pictures of changing sizes: the camera was reopened.
func TestTurnSizesThatChange(t *testing.T) {
	look := Look{Rotate: 90, Text: "Garten", Clock: true}
	turner := NewTurner(look, 95)
	defer turner.Close()
	for _, size := range []image.Point{{640, 480}, {320, 240}, {640, 480}, {641, 480}, {1, 1}, {640, 480}} {
		picture := corners(t, size.X, size.Y)
		got, err := turner.Turn(picture, noon)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, turn(t, look, 95, picture, noon)) {
			t.Errorf("%v is not what a new turner makes of it", size)
		}
	}
}

func TestTurnResultsAreTheCallersOwn(t *testing.T) {
	turner := NewTurner(Look{Rotate: 90}, 0)
	defer turner.Close()
	first, err := turner.Turn(corners(t, 64, 48), noon)
	if err != nil {
		t.Fatal(err)
	}
	kept := bytes.Clone(first)
	if _, err := turner.Turn(filled(t, 64, 48, color.Black), noon); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, kept) {
		t.Error("the second picture was written over the first")
	}
}

func TestTurnPlainPassesTheVerySamePicture(t *testing.T) {
	for _, look := range []Look{{}, {Text: " \n\t\x00\u200b"}} {
		for _, picture := range [][]byte{corners(t, 64, 48), []byte("not even a picture"), {}} {
			kept := bytes.Clone(picture)
			got := turn(t, look, 0, picture, noon)
			if len(got) != len(picture) || len(got) > 0 && &got[0] != &picture[0] || !bytes.Equal(got, kept) {
				t.Errorf("%+v: another slice of %d bytes", look, len(got))
			}
		}
	}
}

func TestLookPlain(t *testing.T) {
	for _, look := range []Look{{Rotate: 90}, {Rotate: 45}, {Mirror: true}, {Text: "x"}, {Clock: true}} {
		if look.Plain() {
			t.Errorf("%+v is plain", look)
		}
	}
}

func TestLookValidate(t *testing.T) {
	for _, degrees := range []int{0, 90, 180, 270} {
		if err := (Look{Rotate: degrees}).Validate(); err != nil {
			t.Error(err)
		}
	}
	for _, degrees := range []int{-90, 1, 360, 450} {
		err := Look{Rotate: degrees}.Validate()
		if err == nil || !strings.Contains(err.Error(), "choose 0, 90, 180 or 270") {
			t.Errorf("%d degrees: %v", degrees, err)
		}
		turner := NewTurner(Look{Rotate: degrees}, 0)
		if picture, turning := turner.Turn(corners(t, 64, 48), noon); picture != nil || turning == nil {
			t.Errorf("%d degrees: %d bytes, %v", degrees, len(picture), turning)
		}
		turner.Close()
	}
}

// A browser follows the orientation in untouched pictures, and the turned ones
// carry none: what was seen upright stays so.
func TestTurnFollowsOrientation(t *testing.T) {
	picture := corners(t, 640, 480)
	for orientation, want := range map[uint16]string{1: "RGBW", 2: "GRWB", 3: "WBGR", 4: "BWRG", 5: "RBGW", 6: "BRWG", 7: "WGBR", 8: "GWRB"} {
		size, asIs := image.Pt(640, 480), Look{Text: "i"}
		if orientation >= 5 {
			size = image.Pt(480, 640)
		}
		// The text covers the lower left corner, so the picture is turned twice.
		got := turn(t, Look{Rotate: 180}, 95, turn(t, Look{Rotate: 180}, 95, oriented(picture, orientation), noon), noon)
		wantCorners(t, got, size, want)
		labelled := decoded(t, turn(t, asIs, 95, oriented(picture, orientation), noon))
		if labelled.Bounds().Size() != size {
			t.Errorf("orientation %d: labelled it is %v", orientation, labelled.Bounds())
		}
	}
}

// same tells whether two pictures have the same pixels, to the last bit.
func same(t *testing.T, a, b []byte) bool {
	t.Helper()
	return changed(decoded(t, a), decoded(t, b)).Empty()
}

// Turning whole blocks loses nothing, so that turning back brings the very picture.
func TestTurnLosesNothing(t *testing.T) {
	picture := corners(t, 64, 48)
	for _, test := range []struct{ there, back Look }{
		{Look{Rotate: 90}, Look{Rotate: 270}},
		{Look{Rotate: 180}, Look{Rotate: 180}},
		{Look{Mirror: true}, Look{Mirror: true}},
		{Look{Rotate: 90, Mirror: true}, Look{Rotate: 90, Mirror: true}},
	} {
		// A quality that could not be missed, if it were encoded anew.
		there := turn(t, test.there, 1, picture, noon)
		if same(t, there, picture) {
			t.Errorf("%+v changes nothing", test.there)
		}
		if !same(t, turn(t, test.back, 1, there, noon), picture) {
			t.Errorf("%+v and back is another picture", test.there)
		}
	}
}

// A phone lies on its side and says so, and is turned by the user: that is one way.
func TestTurnLosesNothingWithOrientation(t *testing.T) {
	picture := corners(t, 64, 48)
	for orientation, look := range map[uint16]Look{3: {Rotate: 180}, 6: {Rotate: 270}, 8: {Rotate: 90}, 2: {Mirror: true}} {
		got := turn(t, look, 1, oriented(picture, orientation), noon)
		if !same(t, got, picture) {
			t.Errorf("orientation %d with %+v: another picture", orientation, look)
		}
		if bytes.Contains(got, []byte("Exif")) {
			t.Errorf("it still says orientation %d", orientation)
		}
	}
}

// No pixels are trimmed away where the blocks are not whole: 4:2:0 has them of 16×16.
func TestTurnKeepsEveryPixel(t *testing.T) {
	for _, size := range []image.Point{{64, 40}, {72, 48}, {65, 49}} {
		for _, look := range []Look{{Rotate: 90}, {Rotate: 180}, {Rotate: 270}, {Mirror: true}} {
			got := decoded(t, turn(t, look, 95, corners(t, size.X, size.Y), noon)).Bounds().Size()
			if look.Rotate%180 != 0 {
				got = image.Pt(got.Y, got.X)
			}
			if got != size {
				t.Errorf("%v with %+v became %v", size, look, got)
			}
		}
	}
}

// The file has 4:2:2 in blocks of 16×16, made by "cjpeg -sample 2x2,1x2,1x2", and 40
// lines: it looks as if it could be turned without loss.
func TestTurnBlocksLargerThanTheSampling(t *testing.T) {
	picture, err := os.ReadFile("testdata/tall-blocks.jpg")
	if err != nil {
		t.Fatal(err)
	}
	for look, want := range map[Look]string{{Rotate: 180}: "WBGR", {Rotate: 90}: "BRWG", {Mirror: true}: "GRWB"} {
		size := image.Pt(64, 40)
		if look.Rotate == 90 {
			size = image.Pt(40, 64)
		}
		wantCorners(t, turn(t, look, 95, picture, noon), size, want)
	}
}

// A grey picture stays grey, with a clock and without.
func TestTurnGrey(t *testing.T) {
	raw := paint(Grey, 61, 47, 61)
	picture, err := raw.Encode(95)
	if err != nil {
		t.Fatal(err)
	}
	for _, look := range []Look{{Rotate: 90}, {Text: "i"}} {
		if got, ok := decoded(t, turn(t, look, 95, picture, noon)).(*image.Gray); !ok {
			t.Errorf("%+v: %T", look, got)
		}
	}
}

// What a 720p picture of a camera's size costs.
func BenchmarkTurn(b *testing.B) {
	picture, err := noisy(YUYV, 1280, 720).Encode(80)
	if err != nil {
		b.Fatal(err)
	}
	for _, test := range []struct {
		name string
		look Look
	}{
		{"rotate 90", Look{Rotate: 90}},
		{"rotate 180", Look{Rotate: 180}},
		{"mirror", Look{Mirror: true}},
		{"clock", Look{Clock: true}},
		{"all", Look{Rotate: 90, Mirror: true, Text: "Haustür", Clock: true}},
	} {
		b.Run(test.name, func(b *testing.B) {
			turner := NewTurner(test.look, 0)
			defer turner.Close()
			taken := noon
			b.ReportAllocs()
			for b.Loop() {
				taken = taken.Add(time.Second / 30)
				if _, err := turner.Turn(picture, taken); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(picture))/1024, "KB/picture")
		})
	}
}

// TestCloseLeavesAHungTextBehind: fonts on a disk that does not answer keep no camera from
// being closed.
func TestCloseLeavesAHungTextBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turner := NewTurner(Look{Text: "門"}, 0)
		turner.drawn = make(chan error) // drawing that does not end
		began := time.Now()
		if turner.Close(); time.Since(began) != closeGrace {
			t.Errorf("closed after %v", time.Since(began))
		}
	})
}

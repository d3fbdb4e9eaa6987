package pixels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"
	"time"
)

// recoded is a picture decoded and encoded again, as any but a plain Look does it.
func recoded(t *testing.T, picture []byte, quality int) image.Image {
	t.Helper()
	file, err := Shrink(picture, 0, quality)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, file)
}

// changed is the smallest rectangle around the pixels that differ.
func changed(a, b image.Image) image.Rectangle {
	var all image.Rectangle
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				all = all.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return all
}

func TestTurnWritesInItsStripOnly(t *testing.T) {
	const (
		width, height = 640, 480
		strip         = 24 + 16 // 20 pixels of font with its descent, and a JPEG block
	)
	picture := corners(t, width, height)
	plain := recoded(t, picture, 90)
	tests := map[string]struct {
		look Look
		in   image.Rectangle // where pixels may change
		over image.Rectangle // what must be reached
	}{
		"text":       {Look{Text: "Haustür"}, image.Rect(0, height-strip, 128, height), image.Rect(0, height-20, 50, height)},
		"clock":      {Look{Clock: true}, image.Rect(width-256, height-strip, width, height), image.Rect(width-180, height-20, width, height)},
		"both":       {Look{Text: "Haustür", Clock: true}, image.Rect(0, height-strip, width, height), image.Rect(0, height-20, width, height)},
		"long":       {Look{Text: strings.Repeat("Tür ", 1000)}, image.Rect(0, height-strip, width, height), image.Rect(0, height-20, width-40, height)},
		"long, both": {Look{Text: strings.Repeat("Tür ", 1000), Clock: true}, image.Rect(0, height-strip, width, height), image.Rect(0, height-20, width, height)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := changed(decoded(t, turn(t, test.look, 90, picture, noon)), plain)
			if !got.In(test.in) || !test.over.In(got) {
				t.Errorf("changed %v, want within %v and all of %v", got, test.in, test.over)
			}
		})
	}
}

// A long text ends where the clock begins.
func TestTurnTextLeavesTheClockAlone(t *testing.T) {
	picture := corners(t, 640, 480)
	look := Look{Clock: true}
	clock := decoded(t, turn(t, look, 90, picture, noon))
	look.Text = strings.Repeat("Tür ", 1000)
	both := decoded(t, turn(t, look, 90, picture, noon))
	got := changed(clock, both)
	// Up to the clock's first letters, and a JPEG block.
	if got.Max.X < 400 || got.Max.X > 448 {
		t.Errorf("the text changed %v of the picture with the clock", got)
	}
}

// The letters can be told from their ground on any picture.
func TestTurnIsReadable(t *testing.T) {
	for _, height := range []int{60, 240, 480, 1080} {
		for name, c := range map[string]color.Color{"snow": color.White, "night": color.Black, "fog": color.Gray{128}, "sky": color.RGBA{120, 180, 255, 255}} {
			t.Run(fmt.Sprintf("%s of %d lines", name, height), func(t *testing.T) {
				picture := decoded(t, turn(t, Look{Text: "HHHHHHHH"}, 90, filled(t, height*2, height, c), noon))
				darkest, brightest := uint8(255), uint8(0)
				size := max(10, height/24)
				for y := height - size; y < height; y++ {
					for x := range 4 * size {
						luma := color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y
						darkest, brightest = min(darkest, luma), max(brightest, luma)
					}
				}
				// 120 under 230 is a contrast of 3.6, more than large letters need (3).
				if darkest > 120 || brightest < 230 {
					t.Errorf("brightness from %d to %d", darkest, brightest)
				}
			})
		}
	}
}

func TestTurnClockShowsLocalTime(t *testing.T) {
	picture := filled(t, 640, 480, color.Black)
	at := func(taken time.Time) []byte { return turn(t, Look{Clock: true}, 0, picture, taken) }
	if !bytes.Equal(at(noon), at(noon.Local())) {
		t.Error("the same moment in another zone looks different")
	}
	if !bytes.Equal(at(noon), at(noon.Add(900*time.Nanosecond))) {
		t.Error("it changes within a second")
	}
	if bytes.Equal(at(noon), at(noon.Add(time.Second))) {
		t.Error("a second later it is the same")
	}
	// A clock without a time of capture shows now, and not the year 1.
	if bytes.Equal(at(time.Time{}), at(time.Time{}.Add(1))) {
		t.Error("no time of capture shows as a date long gone")
	}
	turner := NewTurner(Look{Clock: true}, 0)
	defer turner.Close()
	for _, taken := range []time.Time{noon, noon.Add(time.Second), noon} {
		if got, err := turner.Turn(picture, taken); err != nil || !bytes.Equal(got, at(taken)) {
			t.Errorf("a turner that showed another second before: %v", err)
		}
	}
	if turner.clock.line != noon.Local().Format("2006-01-02 15:04:05") {
		t.Errorf("it shows %q", turner.clock.line)
	}
}

// What is drawn once is drawn again only when it changes.
func TestLabelIsDrawnOnce(t *testing.T) {
	writer, err := newWriter(480)
	if err != nil {
		t.Fatal(err)
	}
	var l label
	room := image.Pt(640, 480)
	l.write(writer, "Tür", room)
	l.letters.Pix[0] = 7 // a mark that drawing would wipe out
	marked := func() bool { return l.letters.Pix[0] == 7 }
	if l.write(writer, "Tür", room); !marked() {
		t.Error("drawn again")
	}
	if l.write(writer, "Tor", room); marked() {
		t.Error("not drawn again for another line")
	}
}

// Umlauts have a shape of their own, and not the box of letters that are missing.
func TestTurnKnowsUmlauts(t *testing.T) {
	picture := filled(t, 640, 480, color.Black)
	seen := map[string]string{}
	for _, letter := range strings.Split("ä ö ü Ä Ö Ü ß é ł ж λ … €", " ") {
		drawn := string(turn(t, Look{Text: letter}, 0, picture, noon))
		if other, ok := seen[drawn]; ok {
			t.Errorf("%s looks like %s", letter, other)
		}
		seen[drawn] = letter
	}
	if other, ok := seen[string(turn(t, Look{Text: "\ue000"}, 0, picture, noon))]; ok {
		t.Errorf("%s looks like a letter that is missing", other)
	}
}

// A text in another script is drawn beside the pictures, which do not wait for it, with
// the fonts of this machine, and emoji in their colours.
func TestTurnWritesEveryScript(t *testing.T) {
	picture := filled(t, 640, 480, color.Black)
	seen := map[string]string{}
	for _, text := range []string{"门", "門の", "문", "باب", "דלת", "दरवाज़ा", "ประตู", "🎥", "⭐", "\U00013000"} {
		turner := NewTurner(Look{Text: text}, 90)
		began := time.Now()
		for turner.text.letters == nil {
			if _, err := turner.Turn(picture, noon); err != nil || time.Since(began) > time.Minute {
				t.Fatalf("%s is not written: %v", text, err)
			}
		}
		got, err := turner.Turn(picture, noon)
		turner.Close()
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[string(got)]; ok {
			t.Errorf("%s looks like %s", text, other)
		}
		seen[string(got)] = text
		if red := reddest(decoded(t, got)); text == "⭐" != (red > 60) {
			t.Errorf("%s: red is up to %d stronger than blue", text, red)
		}
	}
}

// reddest is how much stronger red is than blue at most.
func reddest(picture image.Image) int {
	most := 0
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			r, _, b, _ := picture.At(x, y).RGBA()
			most = max(most, int(r>>8)-int(b>>8))
		}
	}
	return most
}

// What drawing the clock costs, once a second.
func BenchmarkLabel(b *testing.B) {
	writer, err := newWriter(720)
	if err != nil {
		b.Fatal(err)
	}
	var l label
	taken := noon
	for b.Loop() {
		taken = taken.Add(time.Second)
		l.write(writer, taken.Format(time.DateTime), image.Pt(1280, 720))
	}
}

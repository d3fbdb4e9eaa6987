package lettering

import (
	"image"
	"image/color"
	"runtime"
	"strings"
	"testing"

	"github.com/go-text/typesetting/di"
)

func newTestWriter(t testing.TB) *Writer {
	t.Helper()
	w, err := NewWriter(24, false)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func lines(t testing.TB, w *Writer, text string, width, most int) []Line {
	t.Helper()
	all, err := w.Lines(text, width, most)
	if err != nil {
		t.Fatalf("%.20q: %v", text, err)
	}
	return all
}

// boxes counts the letters of a line that no font has.
func boxes(l Line) (n int) {
	for _, run := range l.runs {
		for _, glyph := range run.Glyphs {
			if glyph.GlyphID == 0 {
				n++
			}
		}
	}
	return n
}

func inked(picture *image.RGBA) bool { return strings.Trim(string(picture.Pix), "\x00") != "" }

func TestEveryScriptIsDrawnWithTheMachinesFonts(t *testing.T) {
	for _, test := range []struct {
		text      string
		direction di.Direction
	}{
		{"Haustür ľščť Ελληνικά Дверь", di.DirectionLTR},
		{"前门摄像头正在启动…", di.DirectionLTR},
		{"玄関のカメラを起動しています", di.DirectionLTR},
		{"현관 카메라 시작 중", di.DirectionLTR},
		{"كاميرا الباب Cam 2 قيد التشغيل", di.DirectionRTL},
		{"מצלמת הכניסה HD מופעלת", di.DirectionRTL},
		{"सामने के दरवाज़े का कैमरा", di.DirectionLTR},
		{"กล้องหน้าบ้านกำลังเริ่มทำงาน", di.DirectionLTR},
		{"🎥 ⭐ 👨‍👩‍👧 🇩🇪", di.DirectionLTR},
	} {
		drawn := lines(t, newTestWriter(t), test.text, 2000, 1)
		if len(drawn) != 1 || boxes(drawn[0]) > 0 || !inked(drawn[0].Image(color.White)) {
			t.Errorf("%s: %d lines, %d boxes", test.text, len(drawn), boxes(drawn[0]))
		}
		if got := directionOf([]rune(test.text)); got != test.direction {
			t.Errorf("%s runs %v", test.text, got)
		}
	}
}

// What is read first stands on the right where a text begins in Arabic or Hebrew.
func TestRightToLeft(t *testing.T) {
	for text, first := range map[string]int{"Cam كاميرا": 0, "كاميرا Cam": 1, "מצלמה Cam": 1} {
		runs := lines(t, newTestWriter(t), text, 2000, 1)[0].runs
		if at := len(runs) - 1; first == 0 && runs[0].Runes.Offset != 0 || first == 1 && runs[at].Runes.Offset != 0 {
			t.Errorf("%s: the first word is not at its side: %v", text, runs[0].Runes)
		}
	}
}

func TestEmojiHaveColours(t *testing.T) {
	picture := lines(t, newTestWriter(t), "⭐", 200, 1)[0].Image(color.White)
	for at := 0; at < len(picture.Pix); at += 4 {
		if picture.Pix[at] > picture.Pix[at+2]+60 { // more red than blue
			return
		}
	}
	t.Error("a yellow star is not yellow")
}

func TestALetterThatNoFontHasIsABox(t *testing.T) {
	for name, w := range map[string]*Writer{"no such letter": newTestWriter(t), "no fonts on the machine": newTestWriter(t)} {
		text := "a\U00013000b"
		if name == "no fonts on the machine" {
			w.fonts.tried = true
			text = "a门b"
		}
		drawn := lines(t, w, text, 200, 1)
		if boxes(drawn[0]) != 1 || !inked(drawn[0].Image(color.White)) {
			t.Errorf("%s: %d boxes", name, boxes(drawn[0]))
		}
	}
}

// The machine's fonts cost memory, which a picture with a clock is to do without.
func TestLatinNeedsNoOtherFonts(t *testing.T) {
	w := newTestWriter(t)
	for text, quick := range map[string]bool{"2026-11-27 03:14:15 Haustür, Дверь": true, "门": false, "": true} {
		if w.Quick(text) != quick {
			t.Errorf("%q: quick is %v", text, !quick)
		}
	}
	if lines(t, w, "2026-11-27 03:14:15 Haustür, Дверь", 2000, 1); w.fonts.tried {
		t.Error("Latin letters began a search for fonts")
	}
}

func TestLinesAreNoWiderAndNoMoreThanWanted(t *testing.T) {
	latin, thai := strings.Repeat("Tür am Haus ", 30), strings.Repeat("กล้องหน้าบ้าน", 30)
	for _, test := range []struct {
		text        string
		width, most int
		want        int
	}{
		{"Tür", 1000, 3, 1}, {"", 1000, 3, 0}, {" \n", 1000, 3, 0}, {"Tür", 0, 3, 0}, {"Tür", -5, 1, 0}, {"Tür", 1000, 0, 0},
		{"Tür", 3, 1, 0}, {"Tür", 25, 1, 1}, {"WWW", 25, 1, 1}, {latin, 300, 3, 3}, {latin, 300, 100, 14},
		{thai, 300, 3, 3}, {strings.Repeat("门", 50), 300, 3, 3}, {strings.Repeat("W", 50), 300, 3, 3},
		{strings.Repeat("كاميرا الباب ", 30), 300, 2, 2},
	} {
		drawn := lines(t, newTestWriter(t), test.text, test.width, test.most)
		if len(drawn) < test.want || len(drawn) > max(test.want, min(test.want+3, test.most)) {
			t.Errorf("%.20q in %d: %d lines, want %d", test.text, test.width, len(drawn), test.want)
		}
		for _, line := range drawn {
			if size := line.size(); size.X > test.width || size.Y < 24 || size.Y > 60 {
				t.Errorf("%.20q in %d: a line of %v", test.text, test.width, size)
			}
		}
	}
}

// Nothing that a camera is called costs more than a large card.
func TestHostileTextIsBounded(t *testing.T) {
	for name, text := range map[string]string{
		"10,000 letters":  strings.Repeat("Haustür ", 1250),
		"10 MB":           strings.Repeat("门", 10<<20/3),
		"a word of Thai":  strings.Repeat("ก", 10000),
		"marks":           "Z" + strings.Repeat("\u0310", 10000),
		"changing script": strings.Repeat("a门😀ب", 2500),
		"joiners":         strings.Repeat("👨\u200d", 5000),
		"control":         strings.Repeat("\x00\x1b[31m\u202e\u2066", 2500),
		"no UTF-8":        strings.Repeat("\xff\xc0", 5000),
	} {
		var before, after runtime.MemStats
		w := newTestWriter(t)
		lines(t, w, "门😀ب", 100, 1) // the fonts themselves
		runtime.ReadMemStats(&before)
		pixels := 0
		for _, line := range lines(t, w, text, 1000, 20) {
			size := line.Image(color.White).Rect.Size()
			pixels += size.X * size.Y
		}
		runtime.ReadMemStats(&after)
		if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 500 || pixels > 20*1000*60 {
			t.Errorf("%s: %d MB were used for %d pixels", name, spent, pixels)
		}
	}
}

func FuzzLines(f *testing.F) {
	for _, text := range []string{"Haustür", "门😀ب 2", "Z\u0310\u0310", "👨‍👩‍👧 1️⃣", "\xff\u202e", "ด้้้้้็็็็็"} {
		f.Add(text, 100, 2)
	}
	w := newTestWriter(f)
	f.Fuzz(func(t *testing.T, text string, width, most int) {
		width, most = width%2000, most%10
		drawn, err := w.Lines(text, width, most)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range drawn {
			if size := line.Image(color.White).Rect.Size(); size.X > width || len(drawn) > most {
				t.Errorf("%d lines of at most %d, one of %v, of at most %d", len(drawn), most, size, width)
			}
		}
	})
}

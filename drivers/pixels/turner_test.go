package pixels

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"gocv.io/x/gocv"
)

// noon is a time of capture in another zone than local.
var noon = time.Date(2024, 2, 29, 12, 34, 56, 789, time.FixedZone("", 5*3600))

// corners is a JPEG picture of the four quarters.
func corners(t testing.TB, width, height int) []byte {
	t.Helper()
	file, err := paint(BGR24, width, height, width*3).Encode(95)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// filled is a JPEG picture of one colour.
func filled(t testing.TB, width, height int, c color.Color) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	var file bytes.Buffer
	if err := jpeg.Encode(&file, picture, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// turn is one picture's turn, with what every turn must keep to.
func turn(t testing.TB, look Look, quality int, picture []byte, taken time.Time) []byte {
	t.Helper()
	turner := NewTurner(look, quality)
	defer turner.Close()
	before := bytes.Clone(picture)
	got, err := turner.Turn(picture, taken)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(picture, before) {
		t.Fatal("the borrowed picture was changed")
	}
	return got
}

// wantCorners compares the four corners, row by row, well away from the bounds.
func wantCorners(t *testing.T, file []byte, size image.Point, want string) {
	t.Helper()
	picture := decoded(t, file)
	if got := picture.Bounds().Size(); got != size {
		t.Fatalf("the picture is %v, want %v", got, size)
	}
	const names = "RGBW"
	got := ""
	for _, at := range []image.Point{{1, 1}, {size.X - 2, 1}, {1, size.Y - 2}, {size.X - 2, size.Y - 2}} {
		name := "?"
		for i, c := range quarters {
			if near(picture.At(at.X, at.Y), c, 12) {
				name = names[i : i+1]
			}
		}
		got += name
	}
	if got != want {
		t.Errorf("the corners are %s, want %s", got, want)
	}
}

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

// oriented puts an EXIF segment with an orientation behind a JPEG's first marker.
func oriented(picture []byte, orientation uint16) []byte {
	exif := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
	binary.BigEndian.PutUint16(exif[24:], orientation)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return bytes.Join([][]byte{picture[:2], segment, exif, picture[2:]}, nil)
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

// recoded is a picture decoded and encoded again, as any but a plain Look does it.
func recoded(t *testing.T, picture []byte, quality int) image.Image {
	t.Helper()
	bgr, err := decode(picture, whole)
	if err != nil {
		t.Fatal(err)
	}
	defer bgr.Close()
	file, err := encode(bgr, quality)
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
	face, err := newFace(480)
	if err != nil {
		t.Fatal(err)
	}
	l := newLabel()
	defer l.close()
	room := image.Pt(640, 480)
	if err := l.write(face, "Tür", room); err != nil {
		t.Fatal(err)
	}
	l.add.SetTo(gocv.NewScalar(7, 7, 7, 0)) // a mark that drawing would wipe out
	marked := func() bool { return l.add.GetUCharAt(0, 0) == 7 }
	if err := l.write(face, "Tür", room); err != nil || !marked() {
		t.Errorf("drawn again (%v)", err)
	}
	if err := l.write(face, "Tor", room); err != nil || marked() {
		t.Errorf("not drawn again for another line (%v)", err)
	}
}

func TestCut(t *testing.T) {
	face, err := newFace(480)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		line  string
		width int
		want  string
	}{
		{"Tür", 1000, "Tür"},
		{"", 1000, ""},
		{"Tür", 0, ""},
		{"Tür", -5, ""},
		{"Tür am Haus", 60, "Tür…"},
		{"WWW", 25, "…"},
		{"Tür", 20, "…"},
	} {
		if got := cut(face, test.line, test.width); got != test.want {
			t.Errorf("%q in %d pixels is %q, want %q", test.line, test.width, got, test.want)
		}
	}
}

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"Haustür":                   "Haustür",
		" Front\r\n\tdoor\u2028 2 ": "Front door 2",
		"a\x00b\x1b[31mc\u202ed":    "ab[31mcd",
		"\xffx":                     "\ufffdx",
		"Дверь — Θύρα":              "Дверь — Θύρα",
	} {
		if got := oneLine(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
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

// claiming changes the size that the frame header (SOF0) of a JPEG states.
func claiming(t testing.TB, picture []byte, width, height uint16) []byte {
	t.Helper()
	changed := bytes.Clone(picture)
	at := bytes.Index(changed, []byte{0xff, 0xc0})
	if at < 0 {
		t.Fatal("no SOF0 marker")
	}
	binary.BigEndian.PutUint16(changed[at+5:], height)
	binary.BigEndian.PutUint16(changed[at+7:], width)
	return changed
}

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

// OpenCV's memory is not the garbage collector's: a Mat that is not closed is lost.
func TestNoMatLeaks(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc/self/statm")
	}
	picture := filled(t, 1280, 720, color.White)
	// Its tables are missing, and found to be only when OpenCV decodes.
	broken := bytes.ReplaceAll(picture, []byte{0xff, 0xdb}, []byte{0xff, 0xfe})
	if _, err := decode(broken, whole); !errors.Is(err, errNoPicture) {
		t.Fatalf("it is decoded: %v", err)
	}
	padded := paint(I420, 1280, 720, 1344)
	many := func() {
		for i := range 30 {
			turner := NewTurner(Look{Rotate: 90, Mirror: true, Text: fmt.Sprint(i), Clock: true}, 0)
			for range 2 {
				_, _ = turner.Turn(picture, noon.Add(time.Duration(i)*time.Second))
			}
			_, _ = turner.Turn(broken, noon)
			turner.Close()
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
		header, _ := jpeg.DecodeConfig(bytes.NewReader(picture))
		if header.Width*header.Height > 1<<16 && header.Width*header.Height <= mostPixels {
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
		if err == nil {
			if _, err := jpeg.Decode(bytes.NewReader(got)); err != nil {
				t.Errorf("what it made is no JPEG: %v", err)
			}
		}
	})
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

// What drawing the clock costs, once a second.
func BenchmarkLabel(b *testing.B) {
	face, err := newFace(720)
	if err != nil {
		b.Fatal(err)
	}
	l := newLabel()
	defer l.close()
	taken := noon
	for b.Loop() {
		taken = taken.Add(time.Second)
		if err := l.write(face, taken.Format(time.DateTime), image.Pt(1280, 720)); err != nil {
			b.Fatal(err)
		}
	}
}

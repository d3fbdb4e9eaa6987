package jpegs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"fanlight/assets"
)

// encode makes a picture with enough in it that its scan holds stuffed bytes.
func encode(t testing.TB, width, height int) []byte {
	t.Helper()
	noise := rand.New(rand.NewPCG(1, 2))
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.Set(x, y, color.RGBA{uint8(noise.UintN(256)), uint8(x * 255 / width), uint8(y * 255 / height), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment is a marker with its length and content.
func segment(code byte, content ...byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0xFF, code}, uint16(2+len(content)))
	return append(head, content...)
}

// behindStart puts bytes behind a picture's start-of-image marker.
func behindStart(picture []byte, more ...[]byte) []byte {
	return slices.Concat(picture[:2], slices.Concat(more...), picture[2:])
}

// exif puts a picture into another one as its thumbnail.
func exif(picture, thumbnail []byte) []byte {
	return behindStart(picture, segment(0xE1, slices.Concat([]byte("Exif\x00\x00"), thumbnail)...))
}

// segments yields the offset, code and whole length of each marker segment up to
// the first scan's data, whose header is the last.
func segments(picture []byte) iter.Seq2[int, byte] {
	return func(yield func(int, byte) bool) {
		for at := 2; yield(at, picture[at+1]) && picture[at+1] != sos; {
			at += 2 + int(binary.BigEndian.Uint16(picture[at+2:]))
		}
	}
}

// without takes all segments of a kind out of a picture.
func without(picture []byte, code byte) []byte {
	whole := slices.Clone(picture)
	var found []int
	for at, c := range segments(picture) {
		if c == code {
			found = append(found, at)
		}
	}
	for _, at := range slices.Backward(found) {
		whole = slices.Delete(whole, at, at+2+int(binary.BigEndian.Uint16(whole[at+2:])))
	}
	return whole
}

// frameHeader returns the offset of a picture's SOFn marker.
func frameHeader(picture []byte) int {
	for at, code := range segments(picture) {
		if isFrame(code) {
			return at
		}
	}
	return -1
}

// sized makes a picture say that it has another size.
func sized(picture []byte, width, height uint16) []byte {
	other := slices.Clone(picture)
	at := frameHeader(picture)
	binary.BigEndian.PutUint16(other[at+5:], height)
	binary.BigEndian.PutUint16(other[at+7:], width)
	return other
}

// framed makes a picture say that it is of another kind.
func framed(picture []byte, code, bits byte) []byte {
	other := slices.Clone(picture)
	at := frameHeader(picture)
	other[at+1], other[at+4] = code, bits
	return other
}

// progressive is made by hand: a progressive picture of 8×8 grey pixels, with a
// scan of its DC coefficient and one of an AC coefficient, each with a table of
// its own, a restart marker in the first and a stuffed byte in the second.
func progressive() []byte {
	grey := []byte{1, 1, 0x11, 0}
	return slices.Concat(
		[]byte{0xFF, soi},
		segment(0xDB, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...),
		segment(0xC2, append([]byte{8, 0, 8, 0, 8}, grey...)...),
		segment(dht, append([]byte{0x00, 1}, append(make([]byte, 15), 0)...)...),
		segment(sos, 1, 1, 0x00, 0, 0, 0), []byte{0x7F, 0xFF, rst0, 0x7F},
		segment(dht, append([]byte{0x10, 1}, append(make([]byte, 15), 0)...)...),
		segment(sos, 1, 1, 0x00, 1, 63, 0), []byte{0x7F, 0xFF, 0x00},
		[]byte{0xFF, 0xFF, 0xFF, eoi},
	)
}

// comments are comment segments of so many bytes at least.
func comments(bytes int) []byte {
	return slices.Repeat(segment(0xFE, make([]byte, 60_000)...), bytes/60_000+1)
}

// scans puts more scans into a progressive picture, with nothing in them.
func scans(picture []byte, more int) []byte {
	end := bytes.LastIndex(picture, []byte{0xFF, eoi})
	empty := append(segment(sos, 1, 1, 0x00, 1, 63, 0), 0x7F)
	return slices.Concat(picture[:end], slices.Repeat(empty, more-1), picture[end:])
}

func TestMendLeavesWholePicturesAlone(t *testing.T) {
	small := encode(t, 40, 24)
	for _, test := range []struct {
		name          string
		picture       []byte
		width, height int
	}{
		{"emulated", assets.Emulated()[0], 1280, 720},
		{"encoded by Go", small, 40, 24},
		{"thumbnail in EXIF", exif(encode(t, 64, 48), small), 64, 48},
		{"progressive, two scans, restart marker, fill bytes", progressive(), 8, 8},
		{"fill bytes before the first marker", behindStart(small, []byte{0xFF, 0xFF}), 40, 24},
		{"bytes between segments", behindStart(small, segment(0xFE), []byte("x"), segment(0xFE), []byte{0, 0xFF, 0, 0}), 40, 24},
		{"sixteen bits in a quantization table", behindStart(small, segment(0xDB, append([]byte{0x13}, make([]byte, 128)...)...)), 40, 24},
		{"a marker without a length", behindStart(small, []byte{0xFF, tem}), 40, 24},
		{"segment with nothing in it", behindStart(small, segment(0xFE)), 40, 24},
		{"as many pixels as there may be", behindStart(sized(small, 8192, 8192), comments(128<<10)), 8192, 8192},
		{"as many scans as there may be", scans(progressive(), maxScans-1), 8, 8},
	} {
		whole, info, err := Mend(test.picture)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if &whole[0] != &test.picture[0] || len(whole) != len(test.picture) {
			t.Errorf("%s: not the very same bytes", test.name)
		}
		if info != (Info{Width: test.width, Height: test.height}) {
			t.Errorf("%s: %+v", test.name, info)
		}
	}
}

func TestMendCutsOffPadding(t *testing.T) {
	picture := encode(t, 40, 24)
	for name, padding := range map[string][]byte{
		"zeros":                  make([]byte, 5000),
		"rubbish":                []byte("rubbish\xFF\xD9"),
		"half of another":        picture[:len(picture)/2],
		"an end-of-image marker": {0xFF, eoi},
	} {
		whole, _, err := Mend(slices.Concat(picture, padding))
		if err != nil || !bytes.Equal(whole, picture) {
			t.Errorf("%s: %d bytes of %d, %v", name, len(whole), len(picture), err)
		}
		if cap(whole) != len(whole) {
			t.Errorf("%s: appending to the result would write into the padding", name)
		}
	}
}

func TestMendCutsOffWhatIsInFront(t *testing.T) {
	picture := encode(t, 40, 24)
	for _, front := range []string{"\r\n", "\x00\x00\x05\x96", "\xFF", "\xFF\xD8", "\xD8\xFF", strings.Repeat("x", MaxJunk-3)} {
		junk := slices.Concat([]byte(front), picture)
		if whole, _, err := Mend(junk); err != nil || &whole[0] != &junk[len(front)] || !bytes.Equal(whole, picture) {
			t.Errorf("%.10q in front: %d bytes, %v", front, len(whole), err)
		}
	}
}

func TestMendDropsASecondStart(t *testing.T) {
	picture := encode(t, 40, 24)
	twice := slices.Concat([]byte{0xFF, soi, 0xFF, soi}, picture)
	if whole, _, err := Mend(twice); err != nil || &whole[0] != &twice[4] || !bytes.Equal(whole, picture) {
		t.Errorf("%d bytes, %v", len(whole), err)
	}
}

func TestMendAddsTheStandardTables(t *testing.T) {
	picture := encode(t, 40, 24) // image/jpeg encodes with the tables of K.3
	bare := without(picture, dht)
	if _, err := jpeg.Decode(bytes.NewReader(bare)); err == nil {
		t.Fatal("the picture without tables decodes, so nothing is shown by this test")
	}
	original := slices.Clone(bare)
	whole, _, err := Mend(bare)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bare, original) {
		t.Error("the camera's buffer was written to")
	}
	want, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	got, err := jpeg.Decode(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.(*image.YCbCr).Y, want.(*image.YCbCr).Y) || !slices.Equal(got.(*image.YCbCr).Cb, want.(*image.YCbCr).Cb) {
		t.Error("the picture decodes to other pixels than with its own tables")
	}
}

func TestMendRefuses(t *testing.T) {
	picture := encode(t, 40, 24)
	frame := frameHeader(picture)
	start := bytes.Index(picture, []byte{0xFF, sos})
	for _, test := range []struct {
		name    string
		picture []byte
		want    string
	}{
		{"nothing", nil, "the picture is empty"},
		{"one byte", []byte{0xFF}, "not a JPEG picture: it begins with FF"},
		{"a GIF", []byte("GIF89a"), "not a JPEG picture: it begins with 47 49 46 38"},
		{"the start only", picture[:2], "cut short"},
		{"a fill byte at the end", []byte{0xFF, soi, 0xFF, 0xFF}, "cut short"},
		{"cut in a segment", picture[:frame+5], "cut short"},
		{"cut in a length", picture[:frame+3], "cut short"},
		{"cut in the scan", picture[:len(picture)-20], "cut short"},
		{"cut in the end", picture[:len(picture)-1], "cut short"},
		{"the next one instead of the end", slices.Concat(picture[:len(picture)-2], picture), "cut short: another one begins"},
		{"no pixels", slices.Concat(picture[:start], []byte{0xFF, eoi}), "it ends before any pixels"},
		{"no width", sized(picture, 0, 24), "no size: it says 0×24 pixels"},
		{"no height", sized(picture, 40, 0), "no size: it says 40×0 pixels"},
		{"too large", sized(picture, 8193, 8192), "too large: it says 8193×8192 pixels"},
		{"no marker", behindStart(picture, []byte("junk")), "byte 2 should begin a marker"},
		{"too much in front", slices.Concat(make([]byte, MaxJunk), picture), "not a JPEG picture: it begins with 00 00 00 00"},
		{"unknown marker", behindStart(picture, []byte{0xFF, 0x02}), "unknown marker FF 02"},
		{"segment shorter than its length", behindStart(picture, []byte{0xFF, 0xE0, 0, 1}), "has the length 1"},
		{"no size before the pixels", without(picture, sof0), "pixels come before its size"},
		{"two sizes", behindStart(picture, segment(sof0, 8, 0, 8, 0, 8, 1)), "size twice"},
		{"more scans than any encoder makes", scans(progressive(), maxScans), "too much work to decode: it has 101 scans"},
		{"fewer scans of a large picture", scans(sized(progressive(), 8192, 8192), 16), "too much work to decode: it has 17 scans or more of 8192×8192 pixels"},
		{"few bytes that say they are many pixels", sized(picture, 2000, 2000), "bytes cannot be 2000×2000 pixels"},
		{"lossless", framed(picture, sof3, 8), "a lossless one; no browser and no player shows"},
		{"hierarchical", framed(picture, 0xC5, 8), "is hierarchical; no browser and no player shows"},
		{"hierarchical, its first header", behindStart(picture, segment(dhp, 8, 0, 8, 0, 8, 1)), "is hierarchical; no browser and no player shows"},
		{"arithmetic", framed(picture, sof9, 8), "by arithmetic coding; no browser and no player shows"},
		{"progressive and arithmetic", framed(picture, 0xCA, 8), "by arithmetic coding; no browser and no player shows"},
		{"12 bits a sample", framed(picture, sof1, 12), "has 12 bits a sample, and not 8; no browser and no player shows"},
		{"short frame header", behindStart(picture, segment(sof0, 8, 0, 8)), "frame header is too short"},
	} {
		whole, _, err := Mend(test.picture)
		if err == nil || !strings.Contains(err.Error(), test.want) || whole != nil {
			t.Errorf("%s: %v, want it to say %q", test.name, err, test.want)
		}
	}
}

// FuzzMend holds Mend to its promises for any bytes.
func FuzzMend(f *testing.F) {
	picture := encode(f, 16, 8)
	for _, seed := range [][]byte{picture, without(picture, dht), progressive(), exif(picture, picture), append(picture[:len(picture):len(picture)], 0, 0), append(analogue(picture, 2), analogue(without(picture, dht), 1)...)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, picture []byte) {
		whole, info, err := Mend(picture)
		if err != nil {
			return
		}
		again, infoAgain, err := Mend(whole)
		if err != nil || &again[0] != &whole[0] || len(again) != len(whole) || infoAgain != info {
			t.Fatalf("mended twice: %d bytes and %+v, then %d and %+v, %v", len(whole), info, len(again), infoAgain, err)
		}
		if !bytes.HasPrefix(whole, []byte{0xFF, soi, 0xFF}) || !bytes.HasSuffix(whole, []byte{0xFF, eoi}) {
			t.Fatalf("begins with % X and ends with % X", whole[:3], whole[len(whole)-2:])
		}
		fields := 1
		if info.Second > 0 {
			fields = 2
		}
		if len(whole) > len(picture)+fields*len(standardTables) {
			t.Fatalf("%d bytes became %d", len(picture), len(whole))
		}
		if config, err := jpeg.DecodeConfig(bytes.NewReader(whole)); err == nil && (config.Width != info.Width || fields*config.Height != info.Height) {
			t.Fatalf("image/jpeg says %d×%d, Mend %d×%d", config.Width, config.Height, info.Width, info.Height)
		}
	})
}

func BenchmarkMend(b *testing.B) {
	for _, side := range []int{192, 320} {
		picture := encode(b, side, side)
		b.Run(fmt.Sprintf("%dKB", len(picture)/1000), func(b *testing.B) {
			b.SetBytes(int64(len(picture)))
			for b.Loop() {
				if _, _, err := Mend(picture); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

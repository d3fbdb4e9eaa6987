package rtsp

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/streaming"

	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/pion/rtp"
)

// byFFmpeg encodes a picture with ffmpeg's encoder.
func byFFmpeg(t testing.TB, width, height int, args ...string) []byte {
	t.Helper()
	args = append([]string{"-v", "error", "-f", "lavfi", "-i", fmt.Sprintf("testsrc2=size=%dx%d", width, height), "-frames:v", "1", "-q:v", "2"}, args...)
	out, told, err := run(t, "ffmpeg", append(args, "-f", "mjpeg", "-")...)
	if err != nil {
		t.Fatalf("%v: %s", err, told)
	}
	return out
}

// byOpenCV encodes the same picture with OpenCV's encoder, which is libjpeg.
func byOpenCV(t testing.TB, width, height int, parameters string) []byte {
	t.Helper()
	picture := byFFmpeg(t, width, height, "-pix_fmt", "yuvj420p")
	program := "import sys, cv2, numpy\np = cv2.imdecode(numpy.frombuffer(sys.stdin.buffer.read(), numpy.uint8), 1)\n" +
		"sys.stdout.buffer.write(cv2.imencode('.jpg', p, [1, 95, " + parameters + "])[1].tobytes())"
	out, told, err := runWith(t, picture, python, "-c", program)
	if err != nil {
		t.Fatalf("%v: %s", err, told)
	}
	return out
}

// odd are pictures of all kinds, and whether RTP carries them as they are.
func odd(t testing.TB) []struct {
	name    string
	picture []byte
	carried bool
} {
	grey := image.NewGray(image.Rect(0, 0, 320, 240))
	for i := range grey.Pix {
		grey.Pix[i] = byte(i % 320 * 255 / 320)
	}
	usual := encoded(t, painted(640, 480))
	commented := slices.Concat(usual[:2], []byte{0xFF, 0xE4, 0, 5, 1, 2, 3, 0xFF, 0xFF, comment, 0, 4, 'h', 'i'}, usual[2:])
	return []struct {
		name    string
		picture []byte
		carried bool
	}{
		{"4:2:0", usual, true},
		{"segments of all kinds", commented, true},
		{"the emulated camera's", assets.Emulated()[0], false}, // which ffmpeg has made
		{"one table", byFFmpeg(t, 640, 480, "-pix_fmt", "yuvj420p", "-huffman", "default"), true},
		{"1080p", byFFmpeg(t, 1920, 1080, "-pix_fmt", "yuvj420p", "-huffman", "default"), true},
		{"optimised Huffman tables", byFFmpeg(t, 640, 480, "-pix_fmt", "yuvj420p", "-huffman", "optimal"), false},
		{"4:2:2 of ffmpeg", byFFmpeg(t, 640, 480, "-pix_fmt", "yuvj422p", "-huffman", "default"), false},
		{"4:4:4", byFFmpeg(t, 640, 480, "-pix_fmt", "yuvj444p", "-huffman", "default"), false},
		{"4:4:0", byFFmpeg(t, 640, 480, "-vf", "format=yuvj440p", "-huffman", "default"), false},
		{"grey", encoded(t, grey), false},
		{"642×362", byFFmpeg(t, 642, 362, "-pix_fmt", "yuvj420p", "-huffman", "default"), false},
		{"2592×1944", byFFmpeg(t, 2592, 1944, "-pix_fmt", "yuvj420p", "-huffman", "default"), false},
		{"progressive", byOpenCV(t, 640, 480, "2, 1"), false},
		{"optimised by libjpeg", byOpenCV(t, 640, 480, "3, 1"), false},
		{"restart intervals", byOpenCV(t, 640, 480, "4, 8"), false},
		{"5×3", encoded(t, painted(5, 3)), false},
	}
}

var now = time.Now()

func TestOddPicturesArrive(t *testing.T) {
	for _, test := range odd(t) {
		if _, ok := carried(test.picture); ok != test.carried {
			t.Errorf("%s: carried as it is: %t", test.name, ok)
		}
		p, err := newPackets(remakes(), log(t))
		if err != nil {
			t.Fatal(err)
		}
		got, err := jpeg.Decode(bytes.NewReader(unpacked(t, p.of(streaming.NewFrame(1, 0, now, 0, 0, test.picture)))))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		want, err := jpeg.Decode(bytes.NewReader(test.picture))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		size := got.Bounds().Size()
		if test.name == "2592×1944" {
			if size != image.Pt(2040, 1528) { // 2040×1530, cut to whole blocks
				t.Errorf("%s became %v", test.name, size)
			}
			continue
		}
		most := 0.0 // lossless
		if !test.carried {
			most = 8
		}
		switch test.name {
		case "the emulated camera's", "optimised Huffman tables", "optimised by libjpeg", "progressive", "restart intervals":
			most = 0
		}
		if d := distance(t, got, cut(want, size)); d > most {
			t.Errorf("%s: off by %.2f", test.name, d)
		}
	}
}

// cut returns a picture in another size, which repeats its last pixels where it is too small.
func cut(picture image.Image, size image.Point) image.Image {
	last := picture.Bounds().Max.Sub(image.Pt(1, 1))
	out := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			out.Set(x, y, picture.At(min(x, last.X), min(y, last.Y)))
		}
	}
	return out
}

// unpacked puts a picture together again, by the library's decoder.
func unpacked(t testing.TB, packets []*rtp.Packet) (picture []byte) {
	t.Helper()
	decoder, err := (&format.MJPEG{}).CreateDecoder()
	if err != nil {
		t.Fatal(err)
	}
	for _, packet := range packets {
		if picture, err = decoder.Decode(packet); picture != nil {
			return picture
		}
	}
	t.Errorf("%d packets make no picture: %v", len(packets), err)
	return nil
}

// What cannot be carried in any way is left out, and does not end the program.
func TestNoPictures(t *testing.T) {
	p, err := newPackets(remakes(), log(t))
	if err != nil {
		t.Fatal(err)
	}
	usual := encoded(t, painted(64, 48))
	for _, broken := range [][]byte{nil, {0xFF}, {0xFF, 0xD8}, []byte("<html>"), usual[:len(usual)/2], usual[2:]} {
		if packets := p.of(streaming.NewFrame(1, 0, now, 0, 0, broken)); packets != nil {
			t.Errorf("%d bytes became %d packets", len(broken), len(packets))
		}
	}
	p.remake = []Remake{func([]byte) ([]byte, error) { panic("a fault") }}
	if packets := p.of(streaming.NewFrame(1, 0, now, 0, 0, usual[2:])); packets != nil {
		t.Errorf("a fault became %d packets", len(packets))
	}
}

// FuzzCarried holds carried to its promise: whatever it lets through, the encoder takes, and
// its decoder gives back the same data in the same size.
func FuzzCarried(f *testing.F) {
	for _, test := range odd(f) {
		if len(test.picture) < 20_000 {
			f.Add(test.picture)
		}
	}
	f.Add(encoded(f, painted(16, 8)))
	f.Fuzz(func(t *testing.T, picture []byte) {
		plain, ok := carried(picture)
		if !ok {
			return
		}
		encoder, err := (&format.MJPEG{}).CreateEncoder()
		if err != nil {
			t.Fatal(err)
		}
		packets, err := encoder.Encode(plain)
		if err != nil {
			t.Fatal(err)
		}
		again := unpacked(t, packets)
		want, wantErr := jpeg.DecodeConfig(bytes.NewReader(picture))
		got, gotErr := jpeg.DecodeConfig(bytes.NewReader(again))
		if wantErr == nil && (gotErr != nil || got.Width != want.Width || got.Height != want.Height) {
			t.Errorf("%d×%d became %d×%d, %v", want.Width, want.Height, got.Width, got.Height, gotErr)
		}
		if data := plain[bytes.Index(plain, []byte{0xFF, sos}):][14:]; !bytes.Contains(again, data[:len(data)-2]) {
			t.Error("the data is another one")
		}
	})
}

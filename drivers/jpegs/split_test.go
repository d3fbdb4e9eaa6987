package jpegs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"fanlight/assets"
)

const noLimit = 1 << 20

// split collects copies of the pictures in a stream, and the error at its end.
func split(r io.Reader, limit int) (pictures [][]byte, err error) {
	for picture, failure := range Split(r, limit) {
		if err != nil {
			panic("something came behind the error")
		}
		if failure != nil {
			err = failure
			continue
		}
		whole, info, wrong := Mend(picture.JPEG)
		if wrong != nil || picture.Info != (Info{}) && (picture.Info != info || len(whole) != len(picture.JPEG)) {
			panic(fmt.Sprintf("a picture of %v with %v, which is mended to %d of %d bytes with %v, %v", len(picture.JPEG), picture.Info, len(whole), len(picture.JPEG), info, wrong))
		}
		pictures = append(pictures, bytes.Clone(picture.JPEG))
	}
	return pictures, err
}

func TestSplit(t *testing.T) {
	a, b := encode(t, 40, 24), encode(t, 64, 48)
	cut, endless := a[:len(a)-40], a[:len(a)-2]
	lying := behindStart(a, []byte{0xFF, 0xE1, 0x00, 0x03}, []byte("not a marker\xFF\x02"))
	extra := behindStart(a, segment(0xFE), []byte("x"))
	start := bytes.Index(a, []byte{0xFF, sos})
	for _, test := range []struct {
		name   string
		stream []byte
		want   [][]byte
		err    error
	}{
		{"nothing", nil, nil, nil},
		{"rubbish", []byte("HTTP/1.1 404 Not Found\r\n\r\n"), nil, nil},
		{"one", a, [][]byte{a}, nil},
		{"two", slices.Concat(a, b), [][]byte{a, b}, nil},
		{"progressive", slices.Concat(progressive(), progressive()), [][]byte{progressive(), progressive()}, nil},
		{"zeros between", slices.Concat(a, make([]byte, 3000), b, make([]byte, 3000)), [][]byte{a, b}, nil},
		{"multipart", slices.Concat([]byte("--x\r\nContent-Type: image/jpeg\r\n\r\n"), a, []byte("\r\n--x\r\n\r\n"), b, []byte("\r\n--x--")), [][]byte{a, b}, nil},
		{"half a start between", slices.Concat(a, []byte{0xFF}, b, []byte{0xFF, soi}, a, []byte{0xFF, soi}), [][]byte{a, b, a}, nil},
		{"thumbnails", slices.Concat(exif(b, a), exif(a, a)), [][]byte{exif(b, a), exif(a, a)}, nil},
		{"no tables", slices.Concat(without(a, dht), without(b, dht)), [][]byte{without(a, dht), without(b, dht)}, nil},
		{"emulated", slices.Concat(assets.Emulated()[0], assets.Emulated()[1]), [][]byte{assets.Emulated()[0], assets.Emulated()[1]}, nil},

		{"start twice", slices.Concat(a, []byte{0xFF, soi}, b), [][]byte{a, b}, nil},
		{"start twice with fill bytes", slices.Concat(a, []byte{0xFF, soi, 0xFF}, b), [][]byte{a, b}, nil},
		{"no end before the next", slices.Concat(endless, b, endless, a), [][]byte{b, a}, nil},
		{"cut before the next", slices.Concat(cut, b), [][]byte{b}, nil},
		{"cut in a header before the next", slices.Concat(a[:start-1], b, b, b), [][]byte{b, b}, nil},
		{"no marker at once", slices.Concat(behindStart(a, []byte("x")), b), [][]byte{b}, nil},
		{"unknown marker at once", slices.Concat(behindStart(a, []byte{0xFF, 0x02}), b), [][]byte{b}, nil},
		{"unknown marker behind a segment", slices.Concat(behindStart(a, segment(0xFE), []byte{0xFF, 0x02}), b), [][]byte{b}, nil},
		{"bytes behind a segment", slices.Concat(extra, b), [][]byte{extra, b}, nil},
		{"wrong length", slices.Concat(lying, b), [][]byte{b}, nil},
		{"a kind that nobody decodes behind a whole one", slices.Concat(b, framed(a, sof3, 8), b), [][]byte{b, b}, nil},
		{"tables only", slices.Concat(a[:start], []byte{0xFF, eoi}, b), [][]byte{b}, nil},
		{"no size", slices.Concat(sized(a, 0, 0), b), [][]byte{b}, nil},
		{"too many pixels", slices.Concat(sized(a, 0xFFFF, 0xFFFF), b), [][]byte{b}, nil},

		{"ends within a picture", slices.Concat(a, b[:len(b)-1]), [][]byte{a}, io.ErrUnexpectedEOF},
		{"ends within the first", a[:100], nil, io.ErrUnexpectedEOF},
		{"ends within a segment", a[:frameHeader(a)+3], nil, io.ErrUnexpectedEOF},
	} {
		for kind, reader := range map[string]io.Reader{
			"at once":         bytes.NewReader(test.stream),
			"byte by byte":    iotest.OneByteReader(bytes.NewReader(test.stream)),
			"by halves":       iotest.HalfReader(bytes.NewReader(test.stream)),
			"end with data":   iotest.DataErrReader(bytes.NewReader(test.stream)),
			"empty reads too": &stutter{r: bytes.NewReader(test.stream)},
		} {
			pictures, err := split(reader, noLimit)
			if !slices.EqualFunc(pictures, test.want, bytes.Equal) {
				t.Errorf("%s, %s: %d pictures of %v bytes, want %d of %v", test.name, kind, len(pictures), sizes(pictures), len(test.want), sizes(test.want))
			}
			if !errors.Is(err, test.err) || err != nil && test.err == nil {
				t.Errorf("%s, %s: %v, want %v", test.name, kind, err, test.err)
			}
		}
	}
}

// stutter reads nothing every other time, which io.Reader allows.
type stutter struct {
	r    io.Reader
	turn int
}

func (s *stutter) Read(p []byte) (int, error) {
	if s.turn++; s.turn%2 == 0 {
		return 0, nil
	}
	return s.r.Read(p)
}

func sizes(pictures [][]byte) []int {
	var all []int
	for _, p := range pictures {
		all = append(all, len(p))
	}
	return all
}

func TestSplitHandsOnTheReadersError(t *testing.T) {
	a := encode(t, 40, 24)
	failure := errors.New("the wire is cut")
	for name, stream := range map[string][]byte{"between": a, "within": slices.Concat(a, a[:50])} {
		pictures, err := split(io.MultiReader(bytes.NewReader(stream), iotest.ErrReader(failure)), noLimit)
		if len(pictures) != 1 || err != failure {
			t.Errorf("%s: %d pictures, %v", name, len(pictures), err)
		}
	}
	if _, err := split(emptyReader{}, noLimit); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that never reads: %v", err)
	}
}

type emptyReader struct{}

func (emptyReader) Read([]byte) (int, error) { return 0, nil }

// A picture must not wait for bytes behind its end: the next ones may be a
// second away.
func TestSplitYieldsAPictureWithItsLastByte(t *testing.T) {
	a := encode(t, 40, 24)
	r, w := io.Pipe()
	defer r.Close()
	go func() { _, _ = w.Write(a) }() // ends when the pipe is closed
	for picture, err := range Split(r, noLimit) {
		if err != nil || !bytes.Equal(picture.JPEG, a) || picture.Info != (Info{Width: 40, Height: 24}) {
			t.Errorf("%d bytes, %v, %v", len(picture.JPEG), picture.Info, err)
		}
		break
	}
}

func TestSplitGoesOnWhereTheLoopBeforeWasLeft(t *testing.T) {
	a, b := encode(t, 40, 24), without(encode(t, 64, 48), dht)
	pictures := Split(bytes.NewReader(slices.Concat(a, b, a, b)), noLimit)
	for i, want := range [][]byte{a, b, a, b} {
		for picture, err := range pictures {
			if err != nil || !bytes.Equal(picture.JPEG, want) {
				t.Errorf("picture %d: %d bytes of %d, %v", i, len(picture.JPEG), len(want), err)
			}
			if known := picture.Info != (Info{}); known != (i%2 == 0) {
				t.Errorf("picture %d: known %v, though only the first and the third have their tables", i, known)
			}
			break
		}
	}
	for picture, err := range pictures {
		t.Errorf("behind the last came %d bytes, %v", len(picture.JPEG), err)
	}
}

func TestSplitLimits(t *testing.T) {
	a := encode(t, 200, 150)
	broken := behindStart(a, segment(0xFE), []byte{0xFF, 0x02})
	for _, test := range []struct {
		name   string
		stream io.Reader
		limit  int
		want   int
		err    string
	}{
		{"a picture just as large", bytes.NewReader(slices.Concat(a, a)), len(a), 2, ""},
		{"a picture one byte larger", bytes.NewReader(slices.Concat(a, a)), len(a) - 1, 0, "a picture is larger than"},
		{"an endless picture", io.MultiReader(bytes.NewReader(a[:len(a)-2]), zeros{}), 3 << 20, 0, "a picture is larger than 3 MiB"},
		{"endless zeros", zeros{}, 2 << 20, 0, "2 MiB came without a JPEG picture"},
		{"endless zeros behind a picture", io.MultiReader(bytes.NewReader(a), zeros{}), 2 << 20, 1, "2 MiB came without a JPEG picture"},
		{"broken pictures only", &endless{content: broken}, 1 << 20, 0, "1 MiB came without a whole picture: the picture is broken: it holds the unknown marker FF 02"},
		{"lossless pictures", &endless{content: framed(a, sof3, 8)}, 1 << 20, 0, "the picture is a lossless one; no browser and no player shows"},
		{"a broken one before each whole one", io.LimitReader(&endless{content: slices.Concat(broken, a)}, 50*int64(len(broken)+len(a))), 3 * len(a), 50, ""},
	} {
		pictures, err := split(test.stream, test.limit)
		if len(pictures) != test.want {
			t.Errorf("%s: %d pictures", test.name, len(pictures))
		}
		if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: %v, want it to say %q", test.name, err, test.err)
		}
	}
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// endless repeats its content for ever.
type endless struct {
	content []byte
	at      int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		copied := copy(p[n:], e.content[e.at:])
		n += copied
		e.at = (e.at + copied) % len(e.content)
	}
	return n, nil
}

// The buffer grows no further than a picture needs, and is used again.
func TestSplitMemoryIsBounded(t *testing.T) {
	const limit = 256 << 10
	s := splitter{limit: limit, buffer: make([]byte, 0, firstBuffer)}
	stream := io.MultiReader(io.LimitReader(&endless{content: encode(t, 100, 80)}, 10<<20), bytes.NewReader([]byte{0xFF, soi}), &endless{content: segment(0xE5, make([]byte, 5000)...)})
	for {
		picture, err := s.next()
		if err != nil {
			break
		}
		if picture.JPEG == nil {
			s.read(stream)
		}
		if cap(s.buffer) > limit+2*leastRead {
			t.Fatalf("the buffer holds %d bytes", cap(s.buffer))
		}
	}
}

// A walk goes on where it stopped: nothing is looked at again with each small
// read. Were it so, this would take minutes.
func TestSplitIsNotQuadratic(t *testing.T) {
	const size = 2 << 20
	picture := encode(t, 16, 8)
	long := slices.Concat(picture[:len(picture)-2], bytes.Repeat([]byte{0x55, 0xFF, 0x00}, size/3), picture[len(picture)-2:])
	fills := slices.Concat([]byte{0xFF, soi}, bytes.Repeat([]byte{0xFF}, size), picture[2:])
	starts := bytes.Repeat([]byte{0xFF, soi}, size/2)
	between := behindStart(picture, segment(0xFE), bytes.Repeat([]byte{0x55, 0xFF, 0x00}, size/3))
	for name, stream := range map[string][]byte{"stuffed bytes": long, "fill bytes": fills, "bytes between segments": between, "starts": slices.Concat(starts, picture)} {
		pictures, err := split(iotest.OneByteReader(bytes.NewReader(stream)), 2*size)
		if err != nil || len(pictures) != 1 {
			t.Errorf("%s: %d pictures, %v", name, len(pictures), err)
		}
	}
}

// FuzzSplit holds Split to its promises for any bytes, however they arrive.
func FuzzSplit(f *testing.F) {
	a := encode(f, 16, 8)
	for _, seed := range [][]byte{
		slices.Concat(a, a), slices.Concat(a, []byte{0, 0}, progressive()), slices.Concat(exif(a, a), a),
		slices.Concat(a[:len(a)-2], a), slices.Concat([]byte{0xFF, soi}, a, []byte{0xFF, soi}),
		slices.Concat(without(a, dht), behindStart(a, segment(0xFE), []byte("x")), a),
		slices.Concat(indexed(a, binary.BigEndian, true), encode(f, 8, 8), a),
		slices.Concat(analogue(a, 1), analogue(a, 2), analogue(a, 2), analogue(without(a, dht), 1), analogue(a, 2), analogue(a, 2), a),
	} {
		f.Add(seed, uint16(1<<15), []byte{1, 7, 200})
		f.Add(seed, uint16(len(a)), []byte{3})
	}
	f.Fuzz(func(t *testing.T, stream []byte, limit uint16, chunks []byte) {
		whole, err := split(bytes.NewReader(stream), int(limit))
		total := 0
		for _, picture := range whole {
			total += len(picture)
			if !bytes.HasPrefix(picture, startOfImage) || !bytes.HasSuffix(picture, []byte{0xFF, eoi}) {
				t.Fatalf("yielded % X", picture)
			}
			if len(picture) > int(limit) {
				t.Fatalf("a picture of %d bytes where %d are the most", len(picture), limit)
			}
			if mended, _, err := Mend(picture); err != nil || len(mended) != len(picture) && len(mended) != len(picture)+len(standardTables) && len(mended) != len(picture)+2*len(standardTables) {
				t.Fatalf("mended %d bytes to %d: %v", len(picture), len(mended), err)
			}
		}
		if total > len(stream) {
			t.Fatalf("%d bytes of pictures from %d", total, len(stream))
		}
		again, errAgain := split(&chunked{bytes.NewReader(stream), chunks, 0}, int(limit))
		if !slices.EqualFunc(whole, again, bytes.Equal) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Fatalf("at once: %v, %v; in chunks: %v, %v", sizes(whole), err, sizes(again), errAgain)
		}
	})
}

// chunked reads as many bytes at a time as the chunks say, over and over.
type chunked struct {
	r      io.Reader
	chunks []byte
	turn   int
}

func (c *chunked) Read(p []byte) (int, error) {
	if len(c.chunks) > 0 {
		n := max(1, int(c.chunks[c.turn%len(c.chunks)]))
		c.turn++
		p = p[:min(n, len(p))]
	}
	return c.r.Read(p)
}

// BenchmarkSplit reads a stream of pictures as from a pipe, 4 KB at a time.
func BenchmarkSplit(b *testing.B) {
	picture := encode(b, 390, 390)
	b.SetBytes(int64(len(picture)))
	b.Logf("pictures of %d bytes", len(picture))
	stream := io.LimitReader(&endless{content: picture}, int64(b.N)*int64(len(picture)))
	b.ResetTimer()
	for _, err := range Split(pipe{stream}, noLimit) {
		if err != nil {
			b.Fatal(err)
		}
	}
}

type pipe struct{ r io.Reader }

func (p pipe) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), 4<<10)]) }

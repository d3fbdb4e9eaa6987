package matroska

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"fanlight/streaming/streamtest"
)

// part is an element of an identifier, with a size of 8 bytes.
func part(id uint32, content ...[]byte) []byte {
	all := slices.Concat(content...)
	return slices.Concat(bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, id), "\x00"), size8(int64(len(all))), all)
}

func uintPart(id uint32, n uint64) []byte { return part(id, binary.BigEndian.AppendUint64(nil, n)) }

// fileOf is a file of a segment of unknown size, with a track, whose entry has more parts.
func fileOf(entry []byte, rest ...[]byte) []byte {
	opening := slices.Concat(part(idEBML), segmentID, binary.BigEndian.AppendUint64(nil, unknownSize))
	track := part(idTracks, part(idTrack, uintPart(idTrackNumber, 1), uintPart(idTrackType, 1), part(idCodec, []byte("V_MJPEG")), entry))
	return append(append(opening, track...), slices.Concat(rest...)...)
}

func clusterPart(at uint64, blocks ...[]byte) []byte {
	return part(idCluster, append([][]byte{uintPart(idTime, at)}, blocks...)...)
}

func block(flags byte, content ...[]byte) []byte {
	return part(idSimpleBlock, append([][]byte{{0x81, 0, 7, flags}}, content...)...)
}

// What mkvmerge once left out at the beginning of each picture is there again; pictures that
// share a block are all found.
func TestReaderOfRareBlocks(t *testing.T) {
	a, b, c := bytes.Repeat([]byte("a"), 300), []byte("bb"), bytes.Repeat([]byte("c"), 300)
	stripping := part(idEncodings, part(idEncoding, part(idCompression, uintPart(idAlgorithm, 3), part(idStripped, []byte{0xFF, 0xD8}))))
	each := uintPart(idDefaultTime, uint64(40*time.Millisecond))
	for name, test := range map[string]struct {
		entry, block []byte
		want         [][]byte
	}{
		"stripped": {stripping, block(0, a), [][]byte{append([]byte{0xFF, 0xD8}, a...)}},
		"Xiph":     {each, block(0x02, []byte{2, 255, 45, 2}, a, b, c), [][]byte{a, b, c}},
		"fixed":    {each, block(0x04, []byte{1}, a, c), [][]byte{a, c}},
		"EBML":     {each, block(0x06, []byte{2, 0x41, 0x2C, 0x5E, 0xD5}, a, b, c), [][]byte{a, b, c}},
		"group":    {each, part(idGroup, part(idBlock, []byte{0x81, 0, 7, 0}, a), uintPart(0x9B, 3)), [][]byte{a}},
		"others":   {each, slices.Concat(part(idSimpleBlock, []byte{0x82, 0, 0, 0}, b), part(idVoid, c), block(0, a)), [][]byte{a}},
	} {
		r, err := NewReader(bytes.NewReader(fileOf(test.entry, clusterPart(1000, test.block))))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found := all(t, r)
		if len(found) != len(test.want) {
			t.Fatalf("%s: %d pictures", name, len(found))
		}
		for n := range found {
			picture, err := r.Read(&found[n])
			if want := 1007*time.Millisecond + time.Duration(n)*40*time.Millisecond; err != nil || !bytes.Equal(picture, test.want[n]) || found[n].At != want {
				t.Errorf("%s: picture %d at %v is %.9q (%v)", name, n, found[n].At, picture, err)
			}
		}
	}
}

// endless is a file that begins with some bytes and repeats others for ever.
type endless struct{ head, again []byte }

func (e endless) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	if at < int64(len(e.head)) {
		n = copy(p, e.head[at:])
	}
	for n < len(p) {
		from := (at + int64(n) - int64(len(e.head))) % int64(len(e.again))
		n += copy(p[n:], e.again[from:])
	}
	return len(p), nil
}

// Sizes that lie, times that no sum takes, and files without an end cost bounded memory.
func TestReaderOfHostileFiles(t *testing.T) {
	huge := slices.Concat(clusterID, size8(1<<55), uintPart(idTime, 5), []byte{simpleBlockID}, size8(1<<54), []byte{0x81, 0, 0, 0})
	cue := part(idCue, uintPart(idCueTime, 0), part(idCueTrack, uintPart(idCueNumber, 1), uintPart(idCueCluster, math.MaxUint64)))
	nested := bytes.Repeat(slices.Concat([]byte{0xA0}, []byte{0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}), 100_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for name, file := range map[string]io.ReaderAt{
		"sizes":             bytes.NewReader(fileOf(nil, huge)),
		"times":             bytes.NewReader(fileOf(uintPart(idTimeScale, math.MaxUint64), clusterPart(math.MaxUint64, block(0, []byte("x"))))),
		"an index":          bytes.NewReader(fileOf(nil, part(idCues, bytes.Repeat(cue, 1000)), clusterPart(0, block(0, []byte("x"))))),
		"nested":            bytes.NewReader(fileOf(nil, slices.Concat(clusterID, []byte{0xFF}, uintPart(idTime, 0), nested))),
		"zeros":             endless{fileOf(nil), []byte{0}},
		"padding":           endless{fileOf(nil), []byte{voidID, 0x80}},
		"padding, in one":   endless{slices.Concat(fileOf(nil), clusterID, []byte{0xFF}, uintPart(idTime, 0)), []byte{voidID, 0x80}},
		"empty clusters":    endless{fileOf(nil), clusterPart(0)},
		"clusters":          endless{fileOf(nil), clusterPart(7, block(0, []byte("x")))},
		"unknown sizes":     endless{fileOf(nil), slices.Concat(clusterID, []byte{0xFF}, uintPart(idTime, 0), block(0, []byte("x")))},
		"pictures in one":   endless{slices.Concat(fileOf(nil), clusterID, []byte{0xFF}, uintPart(idTime, 0)), block(0, []byte("x"))},
		"identifiers alone": endless{fileOf(nil), clusterID},
	} {
		if e, ok := file.(endless); ok {
			file = endless{e.head, bytes.Repeat(e.again, 1<<12)} // to be read faster
		}
		r, err := NewReader(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p, err := r.At(time.Hour)
		for n := 0; n < 2 && p != nil && err == nil; n++ {
			p, err = r.Before(p)
		}
		if _, errSections := r.Sections(); err != nil || errSections != nil {
			t.Errorf("%s: %v, %v", name, err, errSections)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<20 {
		t.Errorf("they cost %d MB", grown>>20)
	}
}

// A picture larger than any camera's is left out, and never made room for.
func TestReaderLeavesOutHugePictures(t *testing.T) {
	file := fileOf(nil, clusterPart(0, block(0, []byte("a")), block(0, make([]byte, mostPicture+1)), block(0, []byte("b"))))
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if found := all(t, r); len(found) != 2 {
		t.Errorf("%d pictures", len(found))
	}
}

// counted counts what is read of a file.
type counted struct {
	io.ReaderAt
	bytes int64
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, at)
	c.bytes += int64(n)
	return n, err
}

// Opening a file with an index reads its head and its end, and seeking reads one second.
func TestReaderReadsLittle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mkv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := NewWriter(file, 640, 480, "Door", begin)
	if err != nil {
		t.Fatal(err)
	}
	picture := append(streamtest.Grey(640, 480), make([]byte, 20<<10)...)
	for n := range 3000 {
		if err := w.Write(picture, begin.Add(time.Duration(n)*time.Second/10)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c := &counted{ReaderAt: file}
	r, err := NewReader(c)
	if err != nil {
		t.Fatal(err)
	}
	if c.bytes > 512<<10 {
		t.Errorf("opening %d MB reads %d KB", w.Size()>>20, c.bytes>>10)
	}
	c.bytes = 0
	if p, err := r.At(150 * time.Second); err != nil || p.At != 150*time.Second || c.bytes > 256<<10 {
		t.Errorf("seeking to %+v (%v) reads %d KB", p, err, c.bytes>>10)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(fileOf(nil, clusterPart(1, block(0, []byte("x")), block(4, []byte{1}, []byte("xy"))), clusterPart(20_000, block(0, []byte("x")))))
	f.Add(fileOf(uintPart(idDefaultTime, 40), slices.Concat(clusterID, []byte{0xFF}, uintPart(idTime, 0), block(6, []byte{1, 0x81}, []byte("xy")))))
	f.Add(fileOf(nil, part(idCues, part(idCue, uintPart(idCueTime, 0), part(idCueTrack, uintPart(idCueNumber, 1), uintPart(idCueCluster, 80)))), clusterPart(0)))
	f.Add(fileOf(soundTrackPart(nil), clusterPart(1, block(0, []byte("x")), soundBlock(2, []byte{1}, []byte("xy"))), clusterPart(20_000, soundBlock(0, []byte("x")))))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := NewReader(bytes.NewReader(file))
		if err != nil {
			return
		}
		last := int64(0)
		p, err := r.At(0)
		for n := 0; p != nil && err == nil && n < 100; n++ {
			if p.Offset <= last || p.Offset+int64(p.size) > int64(len(file)) || p.At < 0 {
				t.Fatalf("picture %+v of %d bytes behind %d", p, len(file), last)
			}
			last = p.Offset
			if _, err := r.Read(p); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Before(p); err != nil {
				t.Fatal(err)
			}
			p, err = r.After(p)
		}
		heardWithin(t, r, file)
		sections, errSections := r.Sections()
		if err != nil || errSections != nil {
			t.Fatal(err, errSections)
		}
		for _, s := range sections {
			if s.To < s.From {
				t.Fatalf("section %+v", s)
			}
		}
	})
}

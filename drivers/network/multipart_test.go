package network

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// numbered returns small pictures that differ.
func numbered(t testing.TB, n int) [][]byte {
	t.Helper()
	pictures := make([][]byte, n)
	for i := range pictures {
		picture := image.NewGray(image.Rect(0, 0, 16, 16))
		for p := range picture.Pix {
			picture.Pix[p] = color.Gray{Y: uint8(p * (i + 3))}.Y
		}
		var buffer bytes.Buffer
		if err := jpeg.Encode(&buffer, picture, nil); err != nil {
			t.Fatal(err)
		}
		pictures[i] = buffer.Bytes()
	}
	return pictures
}

func TestMultipartStyles(t *testing.T) {
	pictures := numbered(t, 4)
	for _, s := range styles {
		body := s.stream(pictures)
		for how, reader := range map[string]io.Reader{
			"at once":            bytes.NewReader(body),
			"byte by byte":       iotest.OneByteReader(bytes.NewReader(body)),
			"with its end":       iotest.DataErrReader(bytes.NewReader(body)),
			"in pieces of seven": pieces{bytes.NewReader(body), 7},
		} {
			n := 0
			for picture, err := range newParts(reader, s.contentType).pictures() {
				switch {
				case err == io.EOF && n == len(pictures):
					n++
				case err != nil:
					t.Fatalf("%s, read %s: after %d pictures: %v", s.name, how, n, err)
				case n >= len(pictures) || !bytes.Equal(picture.JPEG, pictures[n]):
					t.Fatalf("%s, read %s: picture %d of %d bytes is not the one that was sent", s.name, how, n, len(picture.JPEG))
				default:
					n++
				}
			}
			if n != len(pictures)+1 {
				t.Errorf("%s, read %s: %d pictures and their end", s.name, how, n)
			}
		}
	}
}

// pieces is a reader of pieces of a size.
type pieces struct {
	io.Reader
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.Reader.Read(b[:min(len(b), p.size)]) }

// A picture must not wait for what the server sends only with the next one.
func TestMultipartPictureComesAtOnce(t *testing.T) {
	asleep := errors.New("the server sends no more for now")
	pictures := numbered(t, 2)
	for _, s := range styles {
		if s.name == "length too long" {
			continue // whoever believes nothing else must wait
		}
		body := []byte(s.first + s.headerOf(pictures[0]))
		body = append(body, pictures[0]...)
		got := 0
		for picture, err := range newParts(io.MultiReader(bytes.NewReader(body), iotest.ErrReader(asleep)), s.contentType).pictures() {
			if err == nil && bytes.Equal(picture.JPEG, pictures[0]) {
				got++
			} else if !errors.Is(err, asleep) {
				t.Errorf("%s: %v", s.name, err)
			}
		}
		if got != 1 {
			t.Errorf("%s: %d pictures before the server went on", s.name, got)
		}
	}
}

// A thumbnail's end is not the picture's.
func TestMultipartThumbnail(t *testing.T) {
	picture := numbered(t, 1)[0]
	segment := append([]byte{0xFF, 0xE1, byte((len(picture) + 2) >> 8), byte(len(picture) + 2)}, picture...)
	outer := append(append(append([]byte{}, picture[:2]...), segment...), picture[2:]...)
	head := "--frame\r\nContent-Type: image/jpeg\r\n\r\n"
	// The first read ends right behind the thumbnail.
	body := io.MultiReader(strings.NewReader(head), bytes.NewReader(outer[:2+len(segment)]), bytes.NewReader(outer[2+len(segment):]), strings.NewReader("\r\n--frame--\r\n"))
	n := 0
	for got, err := range newParts(body, "multipart/x-mixed-replace; boundary=frame").pictures() {
		if err == nil && !bytes.Equal(got.JPEG, outer) {
			t.Errorf("got %d bytes, sent %d", len(got.JPEG), len(outer))
		} else if err == nil {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d pictures", n)
	}
}

func TestMultipartEnds(t *testing.T) {
	picture := numbered(t, 1)[0]
	head := "--frame\r\nContent-Type: image/jpeg\r\n\r\n"
	endless := io.MultiReader(strings.NewReader(head), bytes.NewReader(picture[:200]), zeros{})
	for _, test := range []struct {
		name     string
		body     io.Reader
		pictures int
		want     error
	}{
		{"empty", strings.NewReader(""), 0, io.EOF},
		{"last boundary", strings.NewReader(head + string(picture) + "\r\n--frame--\r\n" + head), 1, io.EOF},
		{"cut in a header", strings.NewReader("--frame\r\nContent-Type"), 0, io.EOF},
		{"cut in a picture", strings.NewReader(head + string(picture[:200])), 0, io.EOF},
		{"a picture without an end", endless, 0, errPartTooLarge},
		{"a length too large", strings.NewReader("--frame\r\nContent-Length: 16777217\r\n\r\n" + string(picture)), 0, errPartTooLarge},
		{"no boundary in it", io.MultiReader(strings.NewReader("hello\r\n"), zeros{}), 0, errNoBoundary},
		{"a header without an end", io.MultiReader(strings.NewReader("--frame\r\n"), endlessText{}), 0, errNoBoundary},
		{"dashes only", strings.NewReader("--\r\n\r\n--\r\n"), 0, errNoBoundary},
	} {
		n, failures := 0, []error{}
		for _, err := range newParts(test.body, "multipart/x-mixed-replace; boundary=frame").pictures() {
			if err != nil {
				failures = append(failures, err)
			} else {
				n++
			}
		}
		if n != test.pictures || len(failures) != 1 || !errors.Is(failures[0], test.want) {
			t.Errorf("%s: %d pictures and %v; want %d and %v", test.name, n, failures, test.pictures, test.want)
		}
	}
}

// Some cameras leave out the end-of-image marker. Where one picture shows that its
// length was right, the next one does not wait for its boundary.
func TestMultipartPicturesWithoutAnEnd(t *testing.T) {
	pictures := numbered(t, 4)
	var bare [][]byte
	for _, picture := range pictures {
		bare = append(bare, bytes.TrimSuffix(picture, eoi))
	}
	for _, s := range styles {
		if strings.HasPrefix(s.name, "length too") || strings.HasPrefix(s.name, "hybridgroup") || strings.HasPrefix(s.name, "no boundary declared nor") {
			continue // where nobody can know where the first one ends
		}
		asleep := errors.New("the server sends no more for now")
		hasLength := strings.Contains(s.header, "%")
		body := bytes.TrimSuffix(s.stream(bare), []byte(s.behind))
		n := 0
		for got, err := range newParts(io.MultiReader(bytes.NewReader(body), iotest.ErrReader(asleep)), s.contentType).pictures() {
			if errors.Is(err, asleep) && (n == len(pictures) || n == len(pictures)-1 && !hasLength) {
				break
			}
			if err != nil || !bytes.Equal(got.JPEG, pictures[n]) {
				t.Fatalf("%s: picture %d of %d bytes, %v", s.name, n, len(got.JPEG), err)
			}
			n++
		}
	}
}

// A few bytes may stand in front of a picture whose length is known.
func TestMultipartJunkInFront(t *testing.T) {
	picture := numbered(t, 1)[0]
	part := func(junk string) string {
		return fmt.Sprintf("--frame\r\nContent-Length: %d\r\n\r\n%s%s\r\n", len(junk)+len(picture), junk, picture)
	}
	n := 0
	body := part("\x00\x00\x01\x02") + part(strings.Repeat("x", 600)) + part("yard ") + "--frame--\r\n"
	for got, err := range newParts(strings.NewReader(body), "multipart/x-mixed-replace; boundary=frame").pictures() {
		if err == nil && bytes.Equal(got.JPEG, picture) {
			n++
		} else if err != io.EOF {
			t.Errorf("%d bytes, %v", len(got.JPEG), err)
		}
	}
	if n != 2 {
		t.Errorf("%d pictures, where one has too much in front", n)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

type endlessText struct{}

func (endlessText) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
		if i%60 == 59 {
			p[i] = '\n'
		}
	}
	return len(p), nil
}

func TestMultipartBufferIsReused(t *testing.T) {
	pictures := numbered(t, 2)
	s := styles[0]
	body := s.stream(append(pictures, pictures...))
	reader := newParts(bytes.NewReader(append(body, bytes.Repeat(s.stream(pictures)[len(s.first):], 2000)...)), s.contentType)
	n := 0
	for _, err := range reader.pictures() {
		if err == nil {
			n++
		}
	}
	if n != 4004 || len(reader.buf) > 256<<10 {
		t.Errorf("%d pictures, with a buffer of %d bytes", n, len(reader.buf))
	}
}

func FuzzMultipart(f *testing.F) {
	pictures := numbered(f, 2)
	for _, s := range styles {
		f.Add(s.contentType, s.stream(pictures), 7)
	}
	f.Add("multipart/x-mixed-replace; boundary=-", []byte("--\n-\n\n\xFF\xD8"), 1)
	f.Fuzz(func(t *testing.T, contentType string, body []byte, size int) {
		ended := 0
		for picture, err := range newParts(pieces{bytes.NewReader(body), 1 + max(size, -size)&0xFF}, contentType).pictures() {
			if ended > 0 {
				t.Fatal("it goes on after its end")
			}
			if err != nil {
				ended++
			} else if sent := bytes.Contains(body, picture.JPEG) || bytes.Contains(body, bytes.TrimSuffix(picture.JPEG, eoi)); !sent || !bytes.HasPrefix(picture.JPEG, soi) {
				t.Fatalf("%q was not sent", picture.JPEG)
			}
		}
		if ended != 1 {
			t.Fatal("no end")
		}
	})
}

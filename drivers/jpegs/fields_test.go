package jpegs

import (
	"bytes"
	"slices"
	"testing"
)

// analogue makes a picture the field of another one, by its polarity.
func analogue(picture []byte, polarity byte) []byte {
	return behindStart(picture, segment(app0, slices.Concat([]byte("AVI1"), []byte{polarity}, make([]byte, 9))...))
}

func TestFieldsOfOnePicture(t *testing.T) {
	plain := encode(t, 32, 24)
	upper, lower, both := analogue(plain, 1), analogue(plain, 2), analogue(plain, 0)
	small, odd := analogue(encode(t, 32, 16), 2), analogue(plain, 9)
	padding := make([]byte, 1000)
	pair := Info{Width: 32, Height: 48, Second: len(upper)}
	pairLower := pair
	pairLower.LowerFirst = true
	alone := Info{Width: 32, Height: 24}
	for _, test := range []struct {
		name    string
		picture [][]byte
		want    [][]byte
		info    Info
	}{
		{"fields", [][]byte{upper, lower}, [][]byte{upper, lower}, pair},
		{"the lower one first", [][]byte{lower, upper}, [][]byte{lower, upper}, pairLower},
		{"padding", [][]byte{upper, padding, lower, padding}, [][]byte{upper, lower}, pair},
		{"one field", [][]byte{upper}, [][]byte{upper}, alone},
		{"twice the same", [][]byte{upper, upper}, [][]byte{upper}, alone},
		{"another size", [][]byte{upper, small}, [][]byte{upper}, alone},
		{"half of the other", [][]byte{upper, lower[:100]}, [][]byte{upper}, alone},
		{"no fields", [][]byte{both, both}, [][]byte{both}, alone},
		{"a strange field", [][]byte{odd, lower}, [][]byte{odd}, alone},
		{"another picture", [][]byte{upper, plain}, [][]byte{upper}, alone},
	} {
		whole, info, err := Mend(slices.Concat(test.picture...))
		if err != nil || info != test.info || !bytes.Equal(whole, slices.Concat(test.want...)) {
			t.Errorf("%s: %d bytes, %+v, %v; want %d, %+v", test.name, len(whole), info, err, len(slices.Concat(test.want...)), test.info)
		}
		if again, same, err := Mend(whole); err != nil || same != info || !bytes.Equal(again, whole) {
			t.Errorf("%s, again: %d bytes, %+v, %v", test.name, len(again), same, err)
		}
	}
}

// Their cards leave the Huffman tables out, as all Motion-JPEG of AVI files.
func TestFieldsWithoutTables(t *testing.T) {
	upper, lower := analogue(encode(t, 32, 24), 1), analogue(encode(t, 32, 24), 2)
	bare := slices.Concat(without(upper, dht), without(lower, dht))
	whole, info, err := Mend(bare)
	if err != nil || info.Height != 48 || info.Second == 0 || len(whole) != len(bare)+2*len(standardTables) {
		t.Errorf("%d bytes became %d, %+v, %v", len(bare), len(whole), info, err)
	}
	pictures, err := split(bytes.NewReader(slices.Concat(bare, bare)), noLimit)
	if err != nil || len(pictures) != 2 || !bytes.Equal(pictures[0], bare) || !bytes.Equal(pictures[1], bare) {
		t.Errorf("pictures of %v bytes, %v; want two of %d", sizes(pictures), err, len(bare))
	}
}

func TestSplitPutsFieldsTogether(t *testing.T) {
	plain := encode(t, 32, 24)
	upper, lower := analogue(plain, 1), analogue(plain, 2)
	both := slices.Concat(upper, lower)
	for _, test := range []struct {
		name   string
		stream [][]byte
		want   [][]byte
	}{
		{"fields", [][]byte{upper, lower, upper, {0, 0}, lower}, [][]byte{both, both}},
		{"one field and the end", [][]byte{upper}, [][]byte{upper}},
		{"fields and one more", [][]byte{upper, lower, upper}, [][]byte{both, upper}},
		{"fields of one kind", [][]byte{upper, upper, upper}, [][]byte{upper, upper}},
		{"no fields", [][]byte{plain, plain}, [][]byte{plain, plain}},
		{"no fields any more", [][]byte{upper, lower, plain}, [][]byte{both, plain}},
	} {
		pictures, err := split(bytes.NewReader(slices.Concat(test.stream...)), noLimit)
		if err != nil || !slices.EqualFunc(pictures, test.want, bytes.Equal) {
			t.Errorf("%s: pictures of %v bytes, %v; want %v", test.name, sizes(pictures), err, sizes(test.want))
		}
	}
}

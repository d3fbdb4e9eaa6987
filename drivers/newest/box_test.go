package newest

import (
	"bytes"
	"testing"
	"time"

	"fanlight/drivers/jpegs"
)

func TestBoxHoldsTheNewest(t *testing.T) {
	b := NewBox()
	if _, ok := b.Take(); ok {
		t.Error("an empty box holds a picture")
	}
	put := func(text string) { b.Put(jpegs.Picture{JPEG: []byte(text), Taken: time.Unix(int64(len(text)), 0)}) }
	put("one")
	put("three")
	first, ok := b.Take()
	if !ok || string(first.JPEG) != "three" || first.Taken.Unix() != 5 {
		t.Errorf("took %q of %v, %v", first.JPEG, first.Taken, ok)
	}
	if _, ok := b.Take(); ok {
		t.Error("a picture was taken twice")
	}
	for range 3 {
		put("another")
	}
	if !bytes.Equal(first.JPEG, []byte("three")) {
		t.Errorf("a borrowed picture became %q", first.JPEG)
	}
	if allocated := testing.AllocsPerRun(100, func() {
		b.Put(first)
		b.Take()
	}); allocated > 0 {
		t.Errorf("a picture costs %v allocations", allocated)
	}
}

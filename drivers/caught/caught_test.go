package caught

import (
	"errors"
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPanicIsAnError(t *testing.T) {
	var none []byte
	for name, test := range map[string]struct {
		work func() error
		want string // in the text; empty for no error
	}{
		"nothing":        {func() error { return nil }, ""},
		"an error":       {func() error { return io.ErrUnexpectedEOF }, "unexpected EOF"},
		"a text":         {func() error { panic("half a marker") }, "has a fault (half a marker)"},
		"an index":       {func() error { _ = none[3]; return nil }, "index out of range [3] with length 0"},
		"an error again": {func() error { panic(io.ErrUnexpectedEOF) }, "has a fault (unexpected EOF)"},
	} {
		for way, err := range map[string]error{"Do": Do(test.work), "Go": <-Go(test.work)} {
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s of %s: %v, want %q", way, name, err, test.want)
			}
			if strings.Contains(test.want, io.ErrUnexpectedEOF.Error()) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s of %s: %v hides its cause", way, name, err)
			}
		}
	}
}

func TestFaultSaysWhereItWas(t *testing.T) {
	var fault *Fault
	if err := Do(func() error { panic("half a marker") }); !errors.As(err, &fault) || !strings.Contains(string(fault.Stack), "TestFaultSaysWhereItWas") {
		t.Errorf("%v: %s", err, fault.Stack)
	}
}

func TestEndedIsClosed(t *testing.T) {
	ended := Go(func() error { return io.EOF })
	if first, second := <-ended, <-ended; first != io.EOF || second != nil {
		t.Errorf("ended with %v, and with %v again", first, second)
	}
}

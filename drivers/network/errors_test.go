package network

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
)

func TestFailuresInWords(t *testing.T) {
	address, _ := url.Parse("http://camera:8080/video?pwd=sesame")
	c := source{address: address}
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for _, test := range []struct {
		err  error
		want string
	}{
		{dial(syscall.ECONNREFUSED), "camera:8080 refuses the connection: start the camera"},
		{dial(syscall.EHOSTUNREACH), "camera:8080 cannot be reached: check that this computer"},
		{dial(&net.DNSError{Err: "no such host", Name: "camera", IsNotFound: true}), `there is no host "camera": check the address`},
		{dial(&net.DNSError{Err: "server misbehaving", Name: "camera", IsTemporary: true}), `the name "camera" cannot be looked up`},
		{dial(context.DeadlineExceeded), "camera:8080 does not answer: check that the camera is on"},
		{errNoAnswer, "camera:8080 does not answer"},
		{errSilent, "camera:8080 has stopped sending pictures"},
		{syscall.ECONNRESET, "camera:8080 has ended the stream"},
		{io.ErrUnexpectedEOF, "camera:8080 has ended the stream"},
		{errPartTooLarge, "camera:8080 sends a picture of more than 16 MiB: choose a smaller size"},
		{errNoBoundary, "no pictures can be told apart"},
		{errUnknownScheme, "asks for the password in a way that Fanlight does not know: choose Digest (MD5 or SHA-256) or Basic"},
		{&wrongTypeError{"video/mp4"}, "camera:8080/video sends video/mp4, not an MJPEG stream"},
		{&wrongTypeError{""}, "sends something unknown"},
		{&statusError{http.StatusForbidden, ""}, "does not let this computer or user watch (403)"},
		{&statusError{http.StatusTeapot, "short and stout, http://a:sesame@b/"}, "418 I'm a teapot instead of pictures: check the address, or restart the camera; it says: short and stout"},
		{http.ErrSchemeMismatch, "speaks no HTTPS there: write http://"},
		{errors.New(`parsing http://admin:sesame@camera/: strange`), "camera:8080 does not work as a camera"},
	} {
		got := c.explain(test.err)
		if !strings.Contains(got.Error(), test.want) || strings.Contains(got.Error(), "sesame") {
			t.Errorf("%v: %q\nwant it to say %q", test.err, got, test.want)
		}
		if !errors.Is(got, test.err) {
			t.Errorf("%v: the cause is lost", got)
		}
	}
}

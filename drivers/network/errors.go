package network

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"fanlight/drivers/camera"
	"fanlight/drivers/secrets"
)

// isPlain reports whether a server was asked by HTTPS and answered without encryption.
func isPlain(err error) bool {
	var noTLS tls.RecordHeaderError
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &noTLS)
}

// explain turns a failure into a sentence that says what to do. It shows the
// host and never the whole address, which may hold a password.
func (c source) explain(err error) error {
	host := c.address.Host
	sentence := c.explainAnswer(host, err)
	if sentence == "" {
		sentence = c.explainConnection(host, err)
	}
	return &camera.Failure{Sentence: sentence, Cause: err}
}

// explainAnswer is about what a server sends; empty if it sent nothing.
func (c source) explainAnswer(host string, err error) string {
	var status *statusError
	var kind *wrongTypeError
	switch {
	case errors.As(err, &status):
		return c.explainStatus(host, status)
	case errors.Is(err, errUnknownScheme):
		return fmt.Sprintf("%s asks for the password in a way that Fanlight does not know: choose Digest (MD5 or SHA-256) or Basic in the camera's own settings", host)
	case errors.Is(err, errPage):
		return fmt.Sprintf("%s is a page, not a stream: look for the camera's MJPEG address, often /video, /stream, /mjpg/video.mjpg or /?action=stream", host+c.address.Path)
	case errors.As(err, &kind):
		return fmt.Sprintf("%s sends %s, not an MJPEG stream or a JPEG picture: look for the camera's MJPEG address", host+c.address.Path, kind)
	case errors.Is(err, errPartTooLarge):
		return fmt.Sprintf("%s sends a picture of more than %d MiB: choose a smaller size in the camera's own settings", host, maxPart>>20)
	case errors.Is(err, errNoBoundary):
		return fmt.Sprintf("%s sends a stream in which no pictures can be told apart: look for another MJPEG address of the camera", host)
	case errors.Is(err, errSilent):
		return fmt.Sprintf("%s has stopped sending pictures: check its power and the network; it is asked again", host)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return fmt.Sprintf("%s has ended the stream: check that it is still on; it is asked again", host)
	}
	return ""
}

func (c source) explainStatus(host string, status *statusError) string {
	says := ""
	if status.says != "" {
		says = fmt.Sprintf("; it says: %s", secrets.Hide(status.says))
	}
	switch {
	case status.code == http.StatusUnauthorized && c.user == nil:
		return fmt.Sprintf("%s asks for a password: choose it again from the streams on the network, or write it into the address, as in %s://USER:PASSWORD@%s%s", host, c.address.Scheme, host, c.address.Path)
	case status.code == http.StatusUnauthorized && c.user.Username() == "":
		return fmt.Sprintf("that is not the passcode of %s: choose it again, and enter the right one", host)
	case status.code == http.StatusUnauthorized:
		return fmt.Sprintf("%s does not accept the user and the password in the address: check both", host)
	case status.code == http.StatusForbidden:
		return fmt.Sprintf("%s does not let this computer or user watch (403): allow it in the camera's own settings%s", host, says)
	case status.code == http.StatusNotFound:
		return fmt.Sprintf("%s has nothing at %s (404): check the path in the address%s", host, c.address.Path, says)
	case status.code == http.StatusServiceUnavailable:
		return fmt.Sprintf("%s cannot serve another viewer now (503): close one elsewhere, or wait; it is asked again%s", host, says)
	}
	return fmt.Sprintf("%s answers with %v instead of pictures: check the address, or restart the camera%s", host, status, says)
}

// explainConnection is about the way to a server.
func (c source) explainConnection(host string, err error) string {
	var lookup *net.DNSError
	var certificate *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return fmt.Sprintf("there is no host %q: check the address", c.address.Hostname())
	case errors.As(err, &lookup):
		return fmt.Sprintf("the name %q cannot be looked up: check this computer's network connection, or write the camera's number, as in 192.168.1.20", c.address.Hostname())
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("%s refuses the connection: start the camera or its server, or check the port in the address", host)
	case errors.Is(err, errOtherCertificate):
		return fmt.Sprintf("%s shows another certificate than the one that was accepted: choose it anew in the list of this network, or write the fingerprint that its own window shows behind the address, as in #sha256=AB:CD:…; if that window shows the one from before, somebody may be listening in", host)
	case errors.Is(err, errDowngrade):
		return fmt.Sprintf("%s points from https to http, where anybody can listen in: nothing was sent there; have it stay with https in its own settings, or write the http:// address yourself", host)
	case errors.Is(err, errElsewhere):
		return fmt.Sprintf("%s leads to another machine, or to this computer's own services, where a stream may not lead: nothing was asked there; if you trust it, write the address that it leads to yourself", host)
	case isPlain(err) && (c.pinned != "" || c.user != nil):
		return fmt.Sprintf("%s was watched over HTTPS, and answers without encryption now: nothing was sent to it; start it with --tls again, and if that was never left out, somebody may be listening in; if HTTPS was switched off on purpose, write its http:// address under Other camera", host)
	case errors.As(err, &certificate):
		return fmt.Sprintf("%s shows a certificate that this computer does not trust (%v): write its SHA-256 fingerprint behind the address, as in #sha256=AB:CD:…, or install it on this computer", host, certificate.Err)
	case isPlain(err):
		return fmt.Sprintf("%s speaks no HTTPS there: write http:// instead, or check the port", host)
	case errors.Is(err, errNoAnswer), errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("%s does not answer: check that the camera is on and in the same network, and the address", host)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fmt.Sprintf("%s cannot be reached: check that this computer and the camera are in the same network", host)
	case strings.Contains(err.Error(), "malformed HTTP"):
		return fmt.Sprintf("%s does not speak HTTP there: check the port in the address", host)
	}
	return fmt.Sprintf("%s does not work as a camera (%s): check the address", host, secrets.Hide(err.Error()))
}

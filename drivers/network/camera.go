package network

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"fanlight/drivers/camera"
	"fanlight/drivers/secrets"
)

// source is a camera's address without the user and the password, which are sent only
// to a server that asks for them.
type source struct {
	address *url.URL
	user    *url.Userinfo // nil for none
	// pinned is the SHA-256 of the certificate that the server must show, whoever
	// vouches for it; empty for one that this computer trusts.
	pinned string
}

// Camera makes a camera of an http:// or https:// address, which may hold a
// password, and behind # a certificate's fingerprint: #sha256=AB:CD:... for one that
// nobody vouches for. What the address answers decides how it is read.
func Camera(choice string) (camera.Camera, error) {
	address, err := secrets.ParseAddress(tidy(choice))
	if err != nil {
		return camera.Camera{}, err
	}
	if address.Path == "" {
		address.Path = "/"
	}
	pinned, err := pinOf(address)
	if err != nil {
		return camera.Camera{}, err
	}
	address.Fragment = ""
	whole := address.String()
	c := source{address, address.User, pinned}
	address.User = nil
	listed := camera.Camera{ID: secrets.Hide(whole), Name: c.name(), Kind: camera.Networked, Frames: c.frames}
	if pinned != "" {
		whole += pinPrefix + pinned
	}
	if listed.ID != whole {
		listed.Choice = whole
	}
	return listed, nil
}

const pinPrefix = "#sha256="

// pinOf reads the certificate's fingerprint behind an address, #sha256= and 64
// hexadecimal digits, with or without the colons that people compare it by. It is
// empty for none.
func pinOf(address *url.URL) (string, error) {
	text, ok := strings.CutPrefix("#"+address.Fragment, pinPrefix)
	if !ok {
		return "", nil
	}
	pinned := strings.ToLower(strings.ReplaceAll(text, ":", ""))
	if raw, err := hex.DecodeString(pinned); err != nil || len(raw) != sha256.Size {
		return "", fmt.Errorf("what stands behind #sha256= is no fingerprint of a certificate: write its 64 hexadecimal digits, as the other window's settings show them, not %q", text)
	}
	if address.Scheme != "https" {
		return "", errors.New("an http:// address has no certificate: write https://, or leave #sha256= out")
	}
	return pinned, nil
}

// bareStreams are usual paths of a stream: a name is better without them.
var bareStreams = []string{
	"/", "/stream", "/stream.mjpg", "/video", "/video.mjpg", "/video_feed", "/mjpeg", "/mjpg/video.mjpg", "/axis-cgi/mjpg/video.cgi",
}

func (c source) name() string {
	if slices.Contains(bareStreams, c.address.Path) {
		return c.address.Host
	}
	return c.address.Host + c.address.Path
}

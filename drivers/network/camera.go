package network

import (
	"net/url"
	"slices"

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
	// found is set for an address that the user did not write: it was announced on the
	// network, by whoever is there.
	found bool
}

// Camera makes a camera of an http:// or https:// address, which may hold a
// password, and behind # a certificate's fingerprint: #sha256=AB:CD:... for one that
// nobody vouches for, and what [Found] adds. What the address answers decides how it is read.
func Camera(choice string) (camera.Camera, error) {
	address, err := secrets.ParseAddress(tidy(choice))
	if err != nil {
		return camera.Camera{}, err
	}
	if address.Path == "" {
		address.Path = "/"
	}
	c := source{address: address, user: address.User}
	if err := c.readFragment(); err != nil {
		return camera.Camera{}, err
	}
	behind := c.fragment()
	address.Fragment = ""
	whole := address.String()
	address.User = nil
	listed := camera.Camera{ID: secrets.Hide(whole), Name: c.name(), Kind: camera.Networked, Locked: c.isLocked(), Frames: c.frames}
	if c.isLocked() || c.pinned != "" {
		listed.Check = c.check
	}
	if whole += behind; listed.ID != whole {
		listed.Choice = whole
	}
	return listed, nil
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

package network

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// What may stand behind the # of an address, with & between.
const (
	pinPrefix = "sha256="
	foundMark = "found"
)

// Found marks an address as announced on the network. It may lead nowhere else: neither to
// another host nor to what runs on this machine.
func Found(address string) string {
	if strings.Contains(address, "#") {
		return address + "&" + foundMark
	}
	return address + "#" + foundMark
}

// readFragment reads what stands behind the # of the address: a certificate's fingerprint,
// sha256= and 64 hexadecimal digits, with or without the colons that people compare it by,
// and the mark of Found.
func (c *source) readFragment() error {
	for part := range strings.SplitSeq(c.address.Fragment, "&") {
		text, isPin := strings.CutPrefix(part, pinPrefix)
		c.found = c.found || part == foundMark
		if !isPin {
			continue
		}
		c.pinned = strings.ToLower(strings.ReplaceAll(text, ":", ""))
		if raw, err := hex.DecodeString(c.pinned); err != nil || len(raw) != sha256.Size {
			return fmt.Errorf("what stands behind #sha256= is no fingerprint of a certificate: write its 64 hexadecimal digits, as the other window's settings show them, not %q", text)
		}
		if c.address.Scheme != "https" {
			return errors.New("an http:// address has no certificate: write https://, or leave #sha256= out")
		}
	}
	return nil
}

// fragment is what readFragment reads, with its #; empty for nothing.
func (c *source) fragment() string {
	var parts []string
	if c.pinned != "" {
		parts = append(parts, pinPrefix+c.pinned)
	}
	if c.found {
		parts = append(parts, foundMark)
	}
	if len(parts) == 0 {
		return ""
	}
	return "#" + strings.Join(parts, "&")
}

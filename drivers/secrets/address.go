package secrets

import (
	"fmt"
	"net/url"
	"strings"
)

// ParseAddress reads a camera's URL, which may hold a password. Its error does not
// quote the address: in one that cannot be read nobody knows where the password ends.
func ParseAddress(address string) (*url.URL, error) {
	// An ID has this in the place of a password, and a URL may not have it as it is.
	parsed, err := url.Parse(strings.ReplaceAll(address, "…", url.PathEscape("…")))
	if err != nil || parsed.Hostname() == "" || strings.Contains(parsed.Fragment, "@") {
		scheme, _, _ := strings.Cut(address, ":")
		return nil, fmt.Errorf("that is no address of a camera: write it as %s://HOST:PORT/PATH or %s://USER:PASSWORD@HOST/PATH, and in the password %%40 for @, %%23 for #, %%2F for / and %%3F for ?",
			scheme, scheme)
	}
	return parsed, nil
}

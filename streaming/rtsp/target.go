package rtsp

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"fanlight/drivers/secrets"

	"github.com/bluenviron/gortsplib/v5/pkg/base"
)

// Target is an engine's address, which may hold a password. The zero Target is none.
type Target struct{ address *url.URL }

// errTarget does not quote the address: in one that cannot be read nobody knows where the
// password ends.
var errTarget = errors.New("that is no address of an engine: write it as rtsp://HOST:8554/NAME, rtsp://USER:PASSWORD@HOST:8554/NAME or rtmp://HOST/APP/KEY, and in the password %40 for @, %23 for #, %2F for / and %3F for ?")

// errTargetUser is of gortmplib, up to v1.0.2, which answers an engine that asks for a user over RTMP
// with the name "myuser" (client.go).
var errTargetUser = errors.New("a user and a password go to an engine by rtsp:// alone: for rtmp://, write what the engine asks for behind the key, such as rtmp://HOST/APP/KEY?user=USER&pass=PASSWORD")

// longestTarget is the longest address, in bytes of its Text.
const longestTarget = 2048

// ParseTarget reads an address. The empty text is none; the error is a sentence for the
// user.
func ParseTarget(text string) (Target, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Target{}, nil
	}
	odd := func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }
	if strings.ContainsFunc(text, odd) {
		return Target{}, errTarget
	}
	address, err := url.Parse(text)
	if err != nil || len(address.String()) > longestTarget || address.Hostname() == "" || address.Fragment != "" || strings.Contains(address.Path, "@") {
		return Target{}, errTarget
	}
	if port := address.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return Target{}, errTarget
		}
	}
	switch address.Scheme {
	case "rtsp":
		if _, err := base.ParseURL(text); err != nil {
			return Target{}, errTarget
		}
	case "rtmp", "rtmps":
		if address.User != nil {
			return Target{}, errTargetUser
		}
	default:
		return Target{}, errTarget
	}
	return Target{address}, nil
}

// IsNone reports whether there is no address.
func (t Target) IsNone() bool { return t.address == nil }

// Text returns the address with its password.
func (t Target) Text() string {
	if t.IsNone() {
		return ""
	}
	return t.address.String()
}

// String returns the address fit to be shown. The last part of an rtmp:// address is a key.
func (t Target) String() string {
	if t.IsNone() {
		return ""
	}
	shown := *t.address
	if shown.User != nil {
		shown.User = url.User(hidden)
	}
	if shown.RawQuery != "" {
		shown.RawQuery = hidden
	}
	if app, key, _ := strings.Cut(strings.TrimPrefix(shown.Path, "/"), "/"); t.isRTMP() && key != "" {
		shown.Path = "/" + app + "/" + hidden
	}
	shown.RawPath = ""
	text, err := url.PathUnescape(shown.String())
	if err != nil {
		return shown.Scheme + "://" + shown.Host
	}
	return text
}

const hidden = "…"

func (t Target) isRTMP() bool { return strings.HasPrefix(t.address.Scheme, "rtmp") }

// withoutSecrets returns a text, such as what a program says, without those of the address. An
// engine may quote a key in whole, or its part behind an instance, as written or escaped.
func (t Target) withoutSecrets(text string) string {
	parts := secretsOf(t.address.RawQuery)
	if password, ok := t.address.User.Password(); ok {
		parts = append(parts, password)
	} else {
		parts = append(parts, t.address.User.Username()) // it may be a token
	}
	if t.isRTMP() {
		for _, path := range []string{t.address.Path, t.address.EscapedPath()} {
			_, key, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
			_, behind, _ := strings.Cut(key, "/")
			parts = append(parts, key, behind)
		}
	}
	for _, part := range parts {
		parts = append(parts, url.QueryEscape(part), url.PathEscape(part))
	}
	// The longest first, since one may be a part of another.
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	for _, part := range parts {
		if part != "" {
			text = strings.ReplaceAll(text, part, hidden)
		}
	}
	return secrets.Hide(text)
}

// secretsOf returns what may be secret in a query: all of it, its values, and its names without
// one, as written and as meant. What is shorter than a secret, as in backup=1, would hide parts of
// other words.
func secretsOf(query string) (all []string) {
	parts := []string{query}
	for _, pair := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' }) {
		_, value, found := strings.Cut(pair, "=")
		if !found {
			value = pair
		}
		parts = append(parts, value)
	}
	const shortest = 4
	for _, part := range parts {
		if len(part) < shortest {
			continue
		}
		all = append(all, part)
		if meant, err := url.QueryUnescape(part); err == nil {
			all = append(all, meant)
		}
	}
	return all
}

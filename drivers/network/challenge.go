package network

import (
	"net/http"
	"slices"
	"strings"
)

// challenge is one way in which a server asks for a user and a password (RFC 9110,
// section 11.3). Scheme and names of parameters are in lower case.
type challenge struct {
	scheme string
	params map[string]string
}

// challengesOf returns the challenges of an answer in their order. A header may have
// several, and commas part them as well as their parameters. What makes no sense is
// passed over.
func challengesOf(header http.Header) (all []challenge) {
	for _, rest := range header.Values("WWW-Authenticate") {
		first := len(all)
		for rest != "" {
			var word string
			if word, rest = cutWord(rest); word == "" {
				rest = rest[1:]
				continue
			}
			value, isParam := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "=")
			if !isParam {
				all = append(all, challenge{strings.ToLower(word), map[string]string{}})
				continue
			}
			value, rest = cutValue(value)
			if len(all) > first {
				all[len(all)-1].params[strings.ToLower(word)] = value
			}
		}
	}
	return all
}

// cutWord returns the token (RFC 9110, section 5.6.2) that a text begins with, which
// may be empty, and what is behind it.
func cutWord(text string) (word, rest string) {
	end := strings.IndexFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
	if end < 0 {
		end = len(text)
	}
	return text[:end], text[end:]
}

// cutValue returns the value of a parameter, quoted or not, that a text begins with,
// and what is behind it.
func cutValue(text string) (value, rest string) {
	text = strings.TrimLeft(text, " \t")
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ", \t")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:]
	}
	var b strings.Builder
	for at := 1; at < len(text); at++ {
		switch text[at] {
		case '"':
			return b.String(), text[at+1:]
		case '\\':
			if at++; at == len(text) {
				return b.String(), ""
			}
		}
		b.WriteByte(text[at])
	}
	return b.String(), ""
}

// hasScheme reports whether one of the challenges is of a scheme.
func hasScheme(all []challenge, scheme string) bool {
	return slices.ContainsFunc(all, func(c challenge) bool { return c.scheme == scheme })
}

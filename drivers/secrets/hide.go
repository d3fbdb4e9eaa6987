package secrets

import "regexp"

// patterns match where a password stands in a camera's argument: each keeps its
// first group and loses the rest.
//
// A value may be quoted in part, as a shell takes it. Names end in a word for a
// secret and may begin with anything ("rtsp_password", "loginpass"); "key" and
// "auth" need a boundary before them, lest "monkey" and "keyframe" lose theirs.
var patterns = []*regexp.Regexp{
	// user:password@ in a URL. Userinfo holds no "/", "?" or "#" (RFC 3986); a
	// password with an "@" that should have been escaped ends at the last one.
	regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s/?#"'@:]*:)[^\s/?#"']+(@)`),
	// password=value, in a URL's query or among a program's words.
	regexp.MustCompile(`(?i)(` + name + `=)` + value),
	// --password value
	regexp.MustCompile(`(?i)((?:^|\s)--?` + name + `\s+)` + value),
	// An HTTP header, as programs take it: Authorization: Basic dXNlcjpwYXNz
	regexp.MustCompile(`(?i)(\bauthorization:\s*)[^\s"'][^"'\r\n]*`),
}

const (
	name  = `(?:[a-z0-9_.-]*(?:password|passwd|pass|passcode|pas|pwd|psw|token|secret|apikey)|(?:\b|_)(?:key|auth))`
	value = `(?:"[^"]*"|'[^']*'|\\.|[^\s&;#"'\\])+`
)

// Hide returns s as it may be shown and logged: with "…" in the place of a
// password in a URL, of the value of a parameter or an option named password,
// passwd, pass, passcode, pas, pwd, psw, token, secret, key or auth, and of an HTTP header
// Authorization. What holds no secret comes back unchanged, so a result other
// than s tells that s cannot serve as a camera's ID.
func Hide(s string) string {
	// A secret that is hidden may have parted another one from its URL: "p://:one&key=st/?two@".
	for before := ""; s != before; {
		before = s
		for _, secret := range patterns {
			s = secret.ReplaceAllString(s, "${1}…${2}")
		}
	}
	return s
}

package secrets

import "regexp"

// patterns match where a secret stands in a camera's argument: each keeps its groups and
// loses the rest.
//
// A value may be quoted in part, as a shell takes it. Names end in a word for a
// secret and may begin with anything ("rtsp_password", "loginpass"); the short words
// need a boundary before them, lest "monkey" and "keyframe" lose theirs.
var patterns = []*regexp.Regexp{
	// user:password@ in a URL. Userinfo holds no "/", "?" or "#" (RFC 3986); a
	// password with an "@" that should have been escaped ends at the last one.
	regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s/?#"'@:]*:)[^\s/?#"']+(@)`),
	// token@ in a URL: what stands alone may be the secret itself.
	regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#"'@:]+(@)`),
	// password=value, in a URL's query or among a program's words.
	regexp.MustCompile(`(?i)(` + name + `=)` + value),
	// --password value
	regexp.MustCompile(`(?i)((?:^|\s)--?` + name + `\s+)` + value),
	// -u user:password, as curl takes it. Without a colon it is a user.
	regexp.MustCompile(`((?:^|[\s"'])(?:-[uU]\s*|--(?:proxy-)?user[\s=]+)["']?[^\s"':]*:)` + rest),
	// -H 'Name: value', --header and -headers, as curl, ffmpeg and others take them.
	regexp.MustCompile(`(` + header + `["'][\w-]+:\s*)[^\s"'][^"']*`),
	regexp.MustCompile(`(` + header + `[\w-]+:)` + rest),
	// The headers that hold secrets, wherever they stand: Authorization: Basic dXNlcjpwYXNz
	regexp.MustCompile(`(?i)(\b(?:authorization|cookie):\s*)[^\s"'][^"'\r\n]*`),
}

const (
	words  = `password|passwd|passphrase|passcode|pass|pas|pwd|psw|token|secret|apikey|accesskey|authkey|signature|credentials?|session|sessionid|cookie|jwt`
	short  = `key|auth|sig|sid|pin|pw`
	name   = `(?:[a-z0-9_.-]*(?:` + words + `)|(?:\b|_)(?:` + short + `))`
	value  = `(?:"[^"]*"|'[^']*'|\\.|[^\s&;#"'\\])+`
	rest   = `[^\s"']+`
	header = `(?:^|[\s"'])(?:-H\s*|--?(?:http-)?headers?(?:-fields)?[\s=]+)`
)

// Hide returns s as it may be shown and logged: with "…" in the place of what is secret by
// its form. That is the password, or a lone user, in a URL; the value of a parameter or an
// option with a name for secrets, such as password, token, key, auth, sig or session; the
// password behind -u or --user; the values of HTTP headers behind -H or --header, and of
// Authorization and Cookie. What holds no secret comes back unchanged, so a
// result other than s tells that s cannot serve as a camera's ID.
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

package network

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// headEnd returns the offset behind the empty line that ends an answer's header, or 0
// if it has not come yet. Lines end with CRLF or LF; empty ones may stand in front.
func headEnd(head []byte) int {
	at := len(head) - len(bytes.TrimLeft(head, "\r\n"))
	for {
		eol := bytes.IndexByte(head[at:], '\n')
		if eol < 0 {
			return 0
		}
		line := head[at : at+eol]
		at += eol + 1
		if len(bytes.TrimRight(line, "\r")) == 0 {
			return at
		}
	}
}

// cleanHead rewrites a whole header of an answer so that net/http reads it, which is
// stricter than curl, ffmpeg and what cameras were tested with. It leaves out lines
// that are no fields (GoAhead writes the bare date), knows chunks also where HTTP/1.0
// has none, Transfer-Encoding: identity, and SHOUTcast's ICY 200 OK. What is no header
// of HTTP comes back as it is. An answer that is not final, such as 100, is followed
// by another header.
func cleanHead(head []byte) (clean []byte, final bool) {
	lines := strings.Split(strings.TrimLeft(string(head), "\r\n"), "\n")
	version, status, _ := strings.Cut(strings.TrimSpace(lines[0]), " ")
	version, status = strings.ToUpper(version), strings.TrimSpace(status)
	if version != "ICY" && !strings.HasPrefix(version, "HTTP/") {
		return head, true
	}
	fields, chunked := transfer(fieldsOf(lines[1:]))
	isOld := version == "ICY" || version == "HTTP/1" || version == "HTTP/1.0"
	if chunked && isOld && !hasField(fields, "Connection") {
		fields = append(fields, field{"Connection", "close"})
	}
	version = "HTTP/1.1"
	if isOld && !chunked {
		version = "HTTP/1.0"
	}
	var b bytes.Buffer
	b.WriteString(version + " " + status + "\r\n")
	for _, f := range fields {
		b.WriteString(f.name + ": " + f.value + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes(), !strings.HasPrefix(status, "1") || strings.HasPrefix(status, "101")
}

// field is a line of a header.
type field struct{ name, value string }

func hasField(fields []field, name string) bool {
	return slices.ContainsFunc(fields, func(f field) bool { return strings.EqualFold(f.name, name) })
}

// fieldsOf returns the lines that are fields. A line that begins with a space goes on
// with the one before (RFC 9112, section 5.2).
func fieldsOf(lines []string) (fields []field) {
	kept := false // whether the line before was
	for _, line := range lines {
		text := strings.TrimSpace(line)
		if text != "" && strings.TrimLeft(line, " \t") != line {
			if kept && httpguts.ValidHeaderFieldValue(text) {
				fields[len(fields)-1].value += " " + text
			}
			continue
		}
		name, value, found := strings.Cut(text, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if kept = found && httpguts.ValidHeaderFieldName(name) && httpguts.ValidHeaderFieldValue(value); kept {
			fields = append(fields, field{name, value})
		}
	}
	return fields
}

// transfer leaves at most one field that says how long the body is, and reports
// whether it comes in chunks.
func transfer(fields []field) (kept []field, chunked bool) {
	length := false
	for _, f := range fields {
		switch {
		case strings.EqualFold(f.name, "Transfer-Encoding"):
			chunked = chunked || strings.HasSuffix(strings.ToLower(f.value), "chunked")
		case strings.EqualFold(f.name, "Content-Length"):
			if !length && isLength(f.value) {
				kept, length = append(kept, f), true
			}
		default:
			kept = append(kept, f)
		}
	}
	if chunked { // which has precedence over a length (RFC 9112, section 6.3)
		kept = append(kept, field{"Transfer-Encoding", "chunked"})
	}
	return kept, chunked
}

// isLength reports whether a text is a number of bytes.
func isLength(text string) bool {
	strange := func(r rune) bool { return r < '0' || r > '9' }
	return text != "" && len(text) < 19 && !strings.ContainsFunc(text, strange)
}

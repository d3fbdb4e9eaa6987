package meant

import (
	"path"
	"slices"
	"strings"

	"github.com/google/shlex"
)

// wraps are what people and programs put around an address.
var wraps = [][2]string{{`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"„", "“"}, {"‘", "’"}, {"«", "»"}, {"<", ">"}, {"(", ")"}}

// players are programs that a manual tells to open an address with.
var players = []string{"curl", "wget", "vlc", "cvlc", "mpv", "mplayer", "ffplay", "ffprobe", "ffmpeg", "http", "open", "xdg-open", "start"}

// valued are options of curl whose values are no addresses.
var valued = []string{"-A", "-b", "-c", "-d", "-e", "-H", "-m", "-o", "-X", "--header", "--max-time", "--output", "--request"}

// unwrap takes a text as it was copied, and returns what is to be opened.
func unwrap(text string) string {
	text = trimmed(text)
	if strings.HasPrefix(text, "command:") {
		return text
	}
	text = trimmed(strings.TrimPrefix(text, "$ "))
	if first, rest, hasMore := strings.Cut(text, " "); hasMore && slices.Contains(players, path.Base(first)) {
		text = trimmed(opened(rest))
	}
	if strings.Contains(text, "://") {
		text, _, _ = strings.Cut(text, " :") // VLC's options
	}
	if scheme, rest, ok := strings.Cut(text, "://"); ok && !strings.Contains(scheme, "/") {
		text = strings.ToLower(scheme) + "://" + rest
	}
	return text
}

// trimmed takes away the space, the quotes and the further lines around a text.
func trimmed(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	for before := ""; before != text; {
		before = text
		text = strings.TrimSpace(text)
		for _, wrap := range wraps {
			if inner, ok := strings.CutPrefix(text, wrap[0]); ok && len(inner) >= len(wrap[1]) && strings.HasSuffix(inner, wrap[1]) {
				text = strings.TrimSuffix(inner, wrap[1])
			}
		}
	}
	return text
}

// opened returns what a player's arguments open, with the user whom they name.
func opened(arguments string) string {
	words, err := shlex.Split(arguments)
	if err != nil { // a quote is not closed
		words = strings.Fields(strings.NewReplacer(`"`, " ", "'", " ").Replace(arguments))
	}
	address, user := "", ""
	for i, word := range words {
		switch {
		case i > 0 && (words[i-1] == "-u" || words[i-1] == "--user"):
			user = word
		case strings.HasPrefix(word, "-") || i > 0 && slices.Contains(valued, words[i-1]):
		case strings.Contains(word, "://") && !strings.Contains(address, "://"), address == "":
			address = word
		}
	}
	scheme, rest, hasScheme := strings.Cut(address, "://")
	if user == "" || strings.Contains(host(rest), "@") {
		return address
	}
	if !hasScheme {
		scheme, rest = "http", address
	}
	return scheme + "://" + user + "@" + rest
}

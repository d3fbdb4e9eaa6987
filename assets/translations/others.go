package translations

import (
	"regexp"
	"sync"
)

// Others are the keys of sentences that other parts of the program make in English:
// reasons why a camera is lost, problems of the network, refusals of the server. Who shows
// one translates it by [Known] or [Language.Sentence]; what is not listed stays English.
var Others = []string{
	"The camera is unplugged",
	"{{.Camera}} is unplugged: plug it in again and the picture comes back",
	"{{.Camera}} is used by {{.Program}}: close it there; Fanlight goes on trying",
	"No permission to open {{.Camera}} ({{.Device}}): add yourself to the group {{.Group}} with: {{.Command}}, then log in again",
	"No permission to open {{.Camera}} ({{.Device}}): let yourself in with: {{.Command}}",
	"{{.Camera}} finds no room on its USB bus beside the devices there: plug it into another socket, unplug another camera, or ask for a smaller picture with --size 640x480",
	"{{.Camera}} does not work ({{.Error}}): unplug it and plug it in again, best into another USB socket",
	"Camera lost, trying again",
	"The camera ended its stream; it is opened again",
	"The camera has stopped delivering pictures; it is opened again. If it stays so, unplug it and plug it in again",
	"The owner has paused the camera; its picture comes back when the owner ends the pause",
	"This stream shows what is shared here, so the pictures would go round in a loop. Choose another camera here or there",
	"This stream came through too many Fanlights in a row. Watch the one that has the camera",
	"{{.Host}} does not answer: check that the camera is on and in the same network, and the address",

	"This computer is on no network: connect it to one, and others can watch",
	"Others can watch at {{.Link}}, but the stream is not announced: {{.Error}}",
	"Others cannot watch: this computer does not reach its own page at {{.Link}}. Switch sharing off and on again: {{.Error}}",
	"Sharing has ended by itself; switch it on again: {{.Error}}",
	"That camera cannot be opened: {{.Error}}",
	"There is no picture to save: the camera does not deliver any",
	"The picture could not be saved; check the disk and the permissions of {{.Folder}}: {{.Error}}",
	"Settings could not be saved; check the disk and the permissions of {{.Folder}}: {{.Error}}",
	"Starting with the session could not be changed; check the permissions of {{.Folder}}: {{.Error}}",
	"{{.Name}} and {{.Count}} others are watching",
	"{{.Name}} and {{.Other}} are watching",
	"{{.Name}} is watching",

	"The firewall ufw is on and may block others. If they cannot watch, run: {{.Command}}",
	"The firewall ufw blocks others. Let them in with: {{.Command}}",
	"The firewall firewalld blocks others. Let them in with: {{.Command}}",
	"The firewall's rules (nftables) block others. Let them in with: {{.Command}}",

	"A Go program",
	"An Android app",
	"A program that gives no name",

	"A passcode must be one line of text",
	"A passcode must have at most 128 characters",
	"A passcode must not be only spaces; leave it empty for none",
	"That is not the passcode. Ask the owner for it, and check capital letters.",
	"Too many wrong passcodes came from your address. Wait a little, then try again.",
	"This link no longer lets you in, because the passcode was changed. Ask the owner for the new one.",
	"The owner has blocked your address. Ask the owner to unblock it.",
	"The owner has disconnected you. You can watch again in a minute.",
}

// pattern is a key as it matches its sentence, whatever stands in the fields.
type pattern struct {
	key    string
	whole  *regexp.Regexp
	fields []string
}

var fieldOf = regexp.MustCompile(`\\\{\\\{\\\.(\w+)\\\}\\\}`) // after QuoteMeta

var patterns = sync.OnceValue(func() []pattern {
	var all []pattern
	for _, key := range Others {
		quoted := regexp.QuoteMeta(key)
		p := pattern{key: key}
		for _, field := range fieldOf.FindAllStringSubmatch(quoted, -1) {
			p.fields = append(p.fields, field[1])
		}
		// An error begins with a small letter, and may become a sentence with a full stop.
		p.whole = regexp.MustCompile(`^(?i:` + fieldOf.ReplaceAllString(quoted, `(.+)`) + `)\.?$`)
		all = append(all, p)
	}
	return all
})

// Known finds the key of a sentence of another part of the program, and what stands in its
// fields.
func Known(sentence string) (key string, data map[string]any, known bool) {
	for _, p := range patterns() {
		if found := p.whole.FindStringSubmatch(sentence); found != nil {
			data = map[string]any{}
			for i, field := range p.fields {
				data[field] = found[i+1]
			}
			return p.key, data, true
		}
	}
	return "", nil, false
}

// Sentence translates a sentence of another part of the program if it is known, and
// returns it unchanged if not.
func (l Language) Sentence(sentence string) string {
	if key, data, known := Known(sentence); known {
		return l.Text(key, data)
	}
	return sentence
}

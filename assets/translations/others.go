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

	"The microphone is unplugged. Plug it in again",
	"There is no sound system. Start PulseAudio or PipeWire",
	"No microphone is plugged in. Plug one in",
	"The system's default microphone hears what a loudspeaker plays. Make another one the default in the system's settings, or choose one by name",
	"Another microphone is the system's default one now; it is opened",
	"The sound system does not answer. Restart it, or the computer",
	"The sound system has ended the connection; the microphone is opened again when it is back",
	"The microphone cannot be opened. Close other programs that use it, or plug it in again: {{.Error}}",
	"The microphone cannot be started. Close other programs that use it, or plug it in again: {{.Error}}",
	"The microphone has stopped delivering sound; it is opened again. If it stays so, unplug it and plug it in again",
	"The microphone has ended its sound; it is opened again",
	"The sound system has a fault ({{.Error}}); the microphone is opened again. If it stays so, choose another microphone",

	"This picture is not kept any more, so it cannot be saved",
	"No browser could be opened ({{.Error}}); open this address in one: {{.Link}}",
	"No file manager could be opened ({{.Error}}); the picture is {{.File}}",
	"The camera stays as it is: {{.Error}}",
	"That stream is not on the network any more: look for it again in the list",
	"The settings could not be read, and the passcode that viewers need may be lost with them, so nothing is shared: set it anew under Sharing, or switch Share on if viewers need none; what could not be read is kept in {{.File}}",
	"{{.Stream}} on {{.Host}} was watched over HTTPS, and is announced without it now: nothing was sent to it; start Fanlight there with --tls again, and if that was never left out, somebody may be listening in; if HTTPS was switched off on purpose, write its http:// address under Other camera",
	"{{.Host}} was watched over HTTPS, and answers without encryption now: nothing was sent to it; start it with --tls again, and if that was never left out, somebody may be listening in; if HTTPS was switched off on purpose, write its http:// address under Other camera",
	"The stream that you watch needs a passcode where it comes from, and is shared: choose another camera first, or stop sharing",
	"Its owner sees why in Fanlight's window",
	"This machine",
	"A web site is written as https://dash.example.org, or * for all, not {{.Text}}",
	"Write the whole path, such as {{.Folder}}",
	"There is no folder {{.Folder}}: make it first, or choose another one",
	"Nothing can be saved in {{.Folder}}: choose a folder that is yours",
	"No stable signal on {{.Input}}: check the cable, or try a shorter one",
	"The signal on {{.Input}} is of a kind that this device cannot take: choose another resolution where it comes from",
	"What is connected to {{.Input}} is off: switch it on",
	"No signal on {{.Input}}: switch on what is connected there, check the cable, or choose another input",
	"{{.Host}} is a page, not a stream: look for the camera's MJPEG address, often /video, /stream, /mjpg/video.mjpg or /?action=stream",
	"{{.Host}} sends {{.Type}}, not an MJPEG stream or a JPEG picture: look for the camera's MJPEG address",
	"{{.Host}} has stopped sending pictures: check its power and the network; it is asked again",
	"{{.Host}} has ended the stream: check that it is still on; it is asked again",
	"{{.Host}} asks for a password: choose it again from the streams on the network, or write it into the address, as in {{.Example}}",
	"That is not the passcode of {{.Host}}: choose it again, and enter the right one",
	"{{.Host}} does not accept the user and the password in the address: check both",
	"{{.Host}} has nothing at {{.Path}} (404): check the path in the address",
	"There is no host {{.Host}}: check the address",
	"The name {{.Host}} cannot be looked up: check this computer's network connection, or write the camera's number, as in 192.168.1.20",
	"{{.Host}} refuses the connection: start the camera or its server, or check the port in the address",
	"{{.Host}} shows another certificate than the one that was accepted: choose it anew in the list of this network, or write the fingerprint that its own window shows behind the address, as in #sha256=AB:CD:…; if that window shows the one from before, somebody may be listening in",
	"{{.Host}} speaks no HTTPS there: write http:// instead, or check the port",

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
	"This computer and others do not find each other's streams, because the firewall ufw blocks UDP port 5353. Open it with: {{.Command}}",
	"This computer and others do not find each other's streams, because the firewall firewalld blocks UDP port 5353. Open it with: {{.Command}}",
	"This computer and others do not find each other's streams, because the firewall's rules (nftables) block UDP port 5353. Open it with: {{.Command}}",

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
	"The owner does not let viewers watch recordings.",

	"There are no recordings here.",
	"“{{.Name}}” was deleted.",
	"There is no recording of this name; it may have been renamed or deleted",
	"No picture of the recording can be shown",
	"The recordings in {{.Folder}} cannot be listed: {{.Error}}",
	"The recordings cannot be listed; the owner sees why",
	"This is being recorded just now; stop the recording first",
	"The recording needs a name; type one",
	"The name must be one line of text",
	`The name must have none of / \ : * ? " < > |`,
	"The name must not begin or end with a dot",
	"The name is too long; use at most 80 letters",
	"The name {{.Name}} is kept by Windows for itself; choose another one",
	"There is a file of the name {{.Name}} already; choose another name",
	"The recording cannot be moved; check whether the folder is yours: {{.Error}}",
	"The recording cannot be deleted; check whether the folder is yours: {{.Error}}",
	"This recording cannot be brought back any more; that is possible for five minutes",
	"Nothing can be recorded into {{.Folder}}; choose a folder that is yours: {{.Error}}",
	"The recording has ended; what was recorded is kept. Check the disk of {{.Folder}}, and record again: {{.Error}}",
	"The disk of {{.Folder}} has only {{.Size}} MB left, so nothing more is recorded; make room, or choose another folder",
	"There is nothing to save: no pictures are kept. They are kept while the camera is on, unless none are to be kept in memory",
	"Not all of the last {{.Time}} could be saved; check the disk of {{.Folder}}, and save again: {{.Error}}",
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

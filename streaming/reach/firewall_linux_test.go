package reach

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The rules are as ufw 0.36 writes them (ufw/backend_iptables.py).
const ufwRules = `*filter
### RULES ###

### tuple ### allow tcp 8080 0.0.0.0/0 any 0.0.0.0/0 in comment=6869
-A ufw-user-input -p tcp --dport 8080 -j ACCEPT

### tuple ### allow any 22 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### deny tcp 8001 0.0.0.0/0 any 192.168.7.0/24 in
### tuple ### deny any 8002 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow tcp 8000:8003,9000 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### limit tcp 7000 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow udp 5353 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow tcp 81 0.0.0.0/0 any 0.0.0.0/0 in_eth0
### tuple ### allow_log tcp 82 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### route:allow tcp 83 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow tcp 84 0.0.0.0/0 any 0.0.0.0/0 out
### tuple ### allow tcp 85 0.0.0.0/0 any 192.168.0.0/16 in
### tuple ### allow tcp 86 0.0.0.0/0 any 0.0.0.0/0 Apache - in
### END RULES ###
`

func TestUFWRules(t *testing.T) {
	for port, want := range map[uint16]bool{
		8080: true, 22: true, 8000: true, 8001: true, 8002: false, 8003: true, 9000: true, 7000: true, 5353: false,
		81: true, 82: true, 83: false, 84: false, 85: true, 86: true, 8081: false,
	} {
		if got := ufwLetsIn(ufwRules, door{"tcp", port}); got != want {
			t.Errorf("port %d: %v, want %v", port, got, want)
		}
	}
	if !ufwLetsIn(ufwRules, discoveryDoor) || ufwLetsIn(ufwRules, door{"udp", 8080}) {
		t.Error("the protocol does not count")
	}
	if !ufwLetsIn("### tuple ### allow any any 0.0.0.0/0 any 10.0.0.0/8 in\n", door{"tcp", 1}) {
		t.Error("lets nobody in")
	}
}

// The rules that come before the user's are those of the package.
const (
	ufwBefore    = "-A ufw-before-input -i lo -j ACCEPT\n-A ufw-before-input -p udp -d 224.0.0.251 --dport 5353 -j ACCEPT\n"
	ufwNotBefore = "-A ufw-before-input -i lo -j ACCEPT\n# -A ufw-before-input -p udp -d 224.0.0.251 --dport 5353 -j ACCEPT\n"
)

func TestUFW(t *testing.T) {
	page := door{"tcp", 8080}
	for _, c := range []struct {
		door                              door
		conf, policy, before, rules, want string
	}{
		{page, "", "", "", "", ""},
		{page, "ENABLED=no\n", "DROP", "", "", ""},
		{page, "# on\nENABLED=yes\n", "ACCEPT", "", "", ""},
		{page, "ENABLED=yes\n", "DROP", "", ufwRules, ""},
		{page, "ENABLED=yes\n", "DROP", ufwBefore, "### RULES ###\n", "blocks others. Let them in with: sudo ufw allow 8080/tcp"},
		{page, "ENABLED=yes\n", "REJECT", "", "", "may block others. If they cannot watch, run: sudo ufw allow 8080/tcp"},
		{discoveryDoor, "ENABLED=yes\n", "DROP", ufwBefore, "### RULES ###\n", ""},
		{discoveryDoor, "ENABLED=yes\n", "DROP", "", "", ""},
		{discoveryDoor, "ENABLED=yes\n", "DROP", ufwNotBefore, ufwRules, ""},
		{discoveryDoor, "ENABLED=yes\n", "DROP", ufwNotBefore, "### RULES ###\n", "because the firewall ufw blocks UDP port 5353. Open it with: sudo ufw allow 5353/udp"},
	} {
		etc := t.TempDir()
		for name, content := range map[string]string{"ufw/ufw.conf": c.conf, "ufw/before.rules": c.before,
			"default/ufw": "DEFAULT_INPUT_POLICY=\"" + c.policy + "\"\n", "ufw/user.rules": c.rules} {
			if content == "" {
				continue
			}
			path := filepath.Join(etc, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		expectTrouble(t, behindUFW(etc, c.door), c.want)
	}
}

func expectTrouble(t *testing.T, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// The firewall's program is a script that answers as firewall-cmd(1) says.
func TestFirewalld(t *testing.T) {
	const no = "echo no; exit 1"
	page := door{"tcp", 8080}
	for _, c := range []struct {
		door                       door
		state, zone, port, service string
		want                       string
	}{
		{page, "echo running", "echo public", no, no, "sudo firewall-cmd --add-port=8080/tcp"},
		{page, "echo running", "echo public", "echo yes", no, ""},
		{page, "echo running", "echo trusted", no, no, ""},
		{page, "echo running", "echo public", "echo Authorization failed. >&2; exit 253", no, ""},
		{page, "echo not running; exit 252", "exit 252", "exit 252", "exit 252", ""},
		{discoveryDoor, "echo running", "echo public", no, no, "blocks UDP port 5353. Open it with: sudo firewall-cmd --add-service=mdns"},
		{discoveryDoor, "echo running", "echo public", no, "echo yes", ""},
		{discoveryDoor, "echo running", "echo public", "echo yes", no, ""},
		{discoveryDoor, "echo running", "echo public", no, "echo Authorization failed. >&2; exit 253", ""},
	} {
		programs := t.TempDir()
		script := fmt.Sprintf("#!/bin/sh\ncase $1 in\n--state) %s;;\n--get-default-zone) %s;;\n--query-port=%s) %s;;\n--query-service=mdns) %s;;\n*) exit 2;;\nesac\n",
			c.state, c.zone, c.door, c.port, c.service)
		if err := os.WriteFile(filepath.Join(programs, "firewall-cmd"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", programs)
		expectTrouble(t, behindFirewalld(t.Context(), c.door), c.want)
	}
	t.Setenv("PATH", t.TempDir())
	expectTrouble(t, behindFirewalld(t.Context(), page), "")
}

func FuzzUFW(f *testing.F) {
	f.Add(ufwRules, uint16(8080))
	f.Fuzz(func(t *testing.T, rules string, port uint16) {
		if ufwLetsIn(rules, door{"tcp", port}) && !strings.Contains(rules, "### tuple ### ") {
			t.Error("a rule without a tuple lets in")
		}
	})
}

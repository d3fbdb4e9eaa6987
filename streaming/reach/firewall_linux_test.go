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
		if got := ufwLetsIn(ufwRules, port); got != want {
			t.Errorf("port %d: %v, want %v", port, got, want)
		}
	}
	if !ufwLetsIn("### tuple ### allow any any 0.0.0.0/0 any 10.0.0.0/8 in\n", 1) {
		t.Error("lets nobody in")
	}
}

func TestUFW(t *testing.T) {
	for _, c := range []struct{ conf, policy, rules, want string }{
		{"", "", "", ""},
		{"ENABLED=no\n", "DROP", "", ""},
		{"# on\nENABLED=yes\n", "ACCEPT", "", ""},
		{"ENABLED=yes\n", "DROP", ufwRules, ""},
		{"ENABLED=yes\n", "DROP", "### RULES ###\n", "blocks others. Let them in with: sudo ufw allow 8080/tcp"},
		{"ENABLED=yes\n", "REJECT", "", "may block others. If they cannot watch, run: sudo ufw allow 8080/tcp"},
	} {
		etc := t.TempDir()
		for name, content := range map[string]string{
			"ufw/ufw.conf": c.conf, "default/ufw": "DEFAULT_INPUT_POLICY=\"" + c.policy + "\"\n", "ufw/user.rules": c.rules} {
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
		expectTrouble(t, behindUFW(etc, 8080), c.want)
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
	for _, c := range []struct{ state, zone, port, want string }{
		{"echo running", "echo public", "echo no; exit 1", "sudo firewall-cmd --add-port=8080/tcp"},
		{"echo running", "echo public", "echo yes", ""},
		{"echo running", "echo trusted", "echo no; exit 1", ""},
		{"echo running", "echo public", "echo Authorization failed. >&2; exit 253", ""},
		{"echo not running; exit 252", "exit 252", "exit 252", ""},
	} {
		programs := t.TempDir()
		script := fmt.Sprintf("#!/bin/sh\ncase $1 in\n--state) %s;;\n--get-default-zone) %s;;\n--query-port=8080/tcp) %s;;\n*) exit 2;;\nesac\n",
			c.state, c.zone, c.port)
		if err := os.WriteFile(filepath.Join(programs, "firewall-cmd"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", programs)
		expectTrouble(t, behindFirewalld(t.Context(), 8080), c.want)
	}
	t.Setenv("PATH", t.TempDir())
	expectTrouble(t, behindFirewalld(t.Context(), 8080), "")
}

// The files are what nft 1.0.6 says of real rules.
func TestNftablesRules(t *testing.T) {
	for _, c := range []struct {
		file  string
		drops map[uint16]bool
	}{
		{"listed", map[uint16]bool{22: false, 443: false, 9050: false, 80: false, 8080: false, 7000: false, 8101: true, 5353: true}},
		{"network", map[uint16]bool{8080: false}},
		{"open", map[uint16]bool{8080: false, 22: false}},
		{"vmap", map[uint16]bool{8080: true, 22: false}},
	} {
		content, err := os.ReadFile("testdata/firewall/" + c.file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		for port, want := range c.drops {
			chain, got := nftDrops(content, port)
			if got != want || got && chain != "inet filter input" {
				t.Errorf("%s, port %d: %q, %v, want %v", c.file, port, chain, got, want)
			}
		}
	}
}

func FuzzNftables(f *testing.F) {
	files, err := filepath.Glob("testdata/firewall/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content, uint16(8080))
	}
	f.Fuzz(func(t *testing.T, content []byte, port uint16) {
		if chain, drops := nftDrops(content, port); drops != (chain != "") {
			t.Errorf("%q, %v", chain, drops)
		}
	})
}

func FuzzUFW(f *testing.F) {
	f.Add(ufwRules, uint16(8080))
	f.Fuzz(func(t *testing.T, rules string, port uint16) {
		if ufwLetsIn(rules, port) && !strings.Contains(rules, "### tuple ### ") {
			t.Error("a rule without a tuple lets in")
		}
	})
}

package reach

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// firewallPatience is how long a firewall's own program may take to answer.
const firewallPatience = 3 * time.Second

var ufw = wall{
	others:    "the firewall ufw blocks others. Let them in with: %s",
	discovery: "this computer and others do not find each other's streams, because the firewall ufw blocks UDP port 5353. Open it with: %s",
}

var firewalld = wall{
	others:    "the firewall firewalld blocks others. Let them in with: %s",
	discovery: "this computer and others do not find each other's streams, because the firewall firewalld blocks UDP port 5353. Open it with: %s",
}

// firewalled returns an error if a firewall of this machine keeps a door shut, with the
// command that opens it. It knows only what this user may read.
func firewalled(ctx context.Context, d door) error {
	if err := behindUFW("/etc", d); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, firewallPatience)
	defer cancel()
	if err := behindFirewalld(ctx, d); err != nil {
		return err
	}
	return behindNftables(ctx, d)
}

// behindUFW reads the files of ufw (ufw(8), ufw-framework(8)).
func behindUFW(etc string, d door) error {
	if value(filepath.Join(etc, "ufw/ufw.conf"), "ENABLED") != "yes" {
		return nil
	}
	if policy := value(filepath.Join(etc, "default/ufw"), "DEFAULT_INPUT_POLICY"); policy == "ACCEPT" {
		return nil
	}
	command := "sudo ufw allow " + d.String()
	rules, err := os.ReadFile(filepath.Join(etc, "ufw/user.rules"))
	switch {
	case d == discoveryDoor && ufwLetsDiscoveryIn(etc):
		return nil
	case err != nil: // usually only the administrator may read them
		return fmt.Errorf("the firewall ufw is on and may block others. If they cannot watch, run: %s", command)
	case !ufwLetsIn(string(rules), d):
		return d.shut(ufw, command)
	}
	return nil
}

// ufwLetsDiscoveryIn reports whether the rules that come before the user's let multicast DNS
// in. Those of the package do, so they are assumed to where this user may not read them.
func ufwLetsDiscoveryIn(etc string) bool {
	rules, err := os.ReadFile(filepath.Join(etc, "ufw/before.rules"))
	if err != nil {
		return true
	}
	for rule := range strings.Lines(string(rules)) {
		f := strings.Fields(rule)
		if len(f) > 1 && f[0] == "-A" && f[1] == "ufw-before-input" && slices.Contains(f, "5353") && slices.Contains(f, "ACCEPT") {
			return true
		}
	}
	return false
}

// value returns the value of a shell variable in a file, without quotes.
func value(path, name string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		if found, ok := strings.CutPrefix(strings.TrimSpace(line), name+"="); ok {
			return strings.Trim(found, `"'`)
		}
	}
	return ""
}

// ufwLetsIn evaluates ufw's rules, of which the first that matches decides:
//
//	### tuple ### ACTION PROTOCOL PORTS DESTINATION PORTS SOURCE ... DIRECTION
//
// A rule for some machines counts only if it lets them in, since then somebody can watch.
func ufwLetsIn(rules string, d door) bool {
	for lines := bufio.NewScanner(strings.NewReader(rules)); lines.Scan(); {
		tuple, ok := strings.CutPrefix(lines.Text(), "### tuple ### ")
		if !ok {
			continue
		}
		tuple, _, _ = strings.Cut(tuple, " comment=")
		f := strings.Fields(tuple)
		if len(f) < 7 || strings.HasPrefix(f[0], "route:") || !strings.HasPrefix(f[len(f)-1], "in") {
			continue
		}
		if f[1] != "any" && f[1] != d.protocol || !holdsPort(f[2], d.port) {
			continue
		}
		letsIn := strings.HasPrefix(f[0], "allow") || strings.HasPrefix(f[0], "limit")
		if letsIn || f[5] == "0.0.0.0/0" {
			return letsIn
		}
	}
	return false
}

// holdsPort reports whether "any", "80", "80,443" or "8000:8100" includes a port.
func holdsPort(ports string, port uint16) bool {
	return ports == "any" || slices.ContainsFunc(strings.Split(ports, ","), func(one string) bool {
		first, last, isRange := strings.Cut(one, ":")
		if !isRange {
			last = first
		}
		low, err1 := strconv.ParseUint(first, 10, 16)
		high, err2 := strconv.ParseUint(last, 10, 16)
		return err1 == nil && err2 == nil && uint64(port) >= low && uint64(port) <= high
	})
}

// behindFirewalld asks firewalld (firewall-cmd(1)) about its default zone.
func behindFirewalld(ctx context.Context, d door) error {
	state, err := exec.CommandContext(ctx, "firewall-cmd", "--state").Output()
	if err != nil || strings.TrimSpace(string(state)) != "running" {
		return nil
	}
	zone, err := exec.CommandContext(ctx, "firewall-cmd", "--get-default-zone").Output()
	if err != nil || strings.TrimSpace(string(zone)) == "trusted" {
		return nil
	}
	opened := "port=" + d.String()
	if d == discoveryDoor {
		if !firewalldRefuses(ctx, opened) {
			return nil
		}
		opened = "service=mdns"
	}
	if !firewalldRefuses(ctx, opened) {
		return nil
	}
	return d.shut(firewalld, "sudo firewall-cmd --add-"+opened)
}

// firewalldRefuses reports whether firewalld says "no" to a query, for which it fails; any
// other failure is no answer.
func firewalldRefuses(ctx context.Context, query string) bool {
	answer, err := exec.CommandContext(ctx, "firewall-cmd", "--query-"+query).Output()
	return err != nil && strings.TrimSpace(string(answer)) == "no"
}

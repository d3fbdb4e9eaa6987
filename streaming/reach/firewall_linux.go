package reach

import (
	"bufio"
	"context"
	"encoding/json"
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

// firewalled returns an error if a firewall of this machine blocks a TCP port, with the
// command that opens it. It knows only what this user may read.
func firewalled(ctx context.Context, port uint16) error {
	if err := behindUFW("/etc", port); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, firewallPatience)
	defer cancel()
	if err := behindFirewalld(ctx, port); err != nil {
		return err
	}
	return behindNftables(ctx, port)
}

// behindUFW reads the files of ufw (ufw(8), ufw-framework(8)).
func behindUFW(etc string, port uint16) error {
	if value(filepath.Join(etc, "ufw/ufw.conf"), "ENABLED") != "yes" {
		return nil
	}
	if policy := value(filepath.Join(etc, "default/ufw"), "DEFAULT_INPUT_POLICY"); policy == "ACCEPT" {
		return nil
	}
	command := fmt.Sprintf("sudo ufw allow %d/tcp", port)
	rules, err := os.ReadFile(filepath.Join(etc, "ufw/user.rules"))
	if err != nil { // usually only the administrator may read them
		return fmt.Errorf("the firewall ufw is on and may block others. If they cannot watch, run: %s", command)
	}
	if !ufwLetsIn(string(rules), port) {
		return fmt.Errorf("the firewall ufw blocks others. Let them in with: %s", command)
	}
	return nil
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
func ufwLetsIn(rules string, port uint16) bool {
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
		if f[1] != "any" && f[1] != "tcp" || !holdsPort(f[2], port) {
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
func behindFirewalld(ctx context.Context, port uint16) error {
	state, err := exec.CommandContext(ctx, "firewall-cmd", "--state").Output()
	if err != nil || strings.TrimSpace(string(state)) != "running" {
		return nil
	}
	zone, err := exec.CommandContext(ctx, "firewall-cmd", "--get-default-zone").Output()
	if err != nil || strings.TrimSpace(string(zone)) == "trusted" {
		return nil
	}
	// The answer is no if it fails and says "no"; any other failure is no answer.
	answer, err := exec.CommandContext(ctx, "firewall-cmd", fmt.Sprintf("--query-port=%d/tcp", port)).Output()
	if err == nil || strings.TrimSpace(string(answer)) != "no" {
		return nil
	}
	return fmt.Errorf("the firewall firewalld blocks others. Let them in with: sudo firewall-cmd --add-port=%d/tcp", port)
}

// behindNftables reads the kernel's rules, which only the administrator may read.
func behindNftables(ctx context.Context, port uint16) error {
	listed, err := exec.CommandContext(ctx, "nft", "-j", "list", "ruleset").Output()
	if err != nil {
		return nil
	}
	chain, ok := nftDrops(listed, port)
	if !ok {
		return nil
	}
	return fmt.Errorf("the firewall's rules (nftables) block others. Let them in with: sudo nft insert rule %s tcp dport %d accept", chain, port)
}

// nftRules is the output of "nft -j list ruleset" (libnftables-json(5)), as far as it is
// used here.
type nftRules struct {
	Nftables []struct {
		Chain *struct{ Family, Table, Name, Type, Hook, Policy string }
		Set   *struct {
			Family, Table, Name string
			Elem                []any
		}
		Rule *struct {
			Family, Table string
			Expr          []map[string]any
		}
	}
}

// nftDrops returns a chain that drops connections to a port, unless a rule of its table
// may accept them. A rule that is not understood may.
func nftDrops(listed []byte, port uint16) (chain string, drops bool) {
	var rules nftRules
	if json.Unmarshal(listed, &rules) != nil {
		return "", false
	}
	sets, letsIn := map[string][]any{}, map[string]bool{}
	for _, o := range rules.Nftables {
		if o.Set != nil {
			sets[o.Set.Family+" "+o.Set.Table+" @"+o.Set.Name] = o.Set.Elem
		}
	}
	for _, o := range rules.Nftables {
		if o.Rule == nil {
			continue
		}
		table := o.Rule.Family + " " + o.Rule.Table
		set := func(name string) []any { return sets[table+" "+name] }
		letsIn[table] = letsIn[table] || nftMayAccept(o.Rule.Expr, port, set)
	}
	for _, o := range rules.Nftables {
		c := o.Chain
		if c == nil || c.Type != "filter" || c.Hook != "input" || c.Policy != "drop" || c.Family != "ip" && c.Family != "inet" {
			continue
		}
		if table := c.Family + " " + c.Table; !letsIn[table] {
			return table + " " + c.Name, true
		}
	}
	return "", false
}

// nftMayAccept reports whether a rule may accept a new connection from another machine.
func nftMayAccept(expressions []map[string]any, port uint16, set func(string) []any) bool {
	accepts := false
	for _, e := range expressions {
		if _, ok := e["accept"]; ok {
			accepts = true
		}
		if choices, ok := e["vmap"].(map[string]any); ok {
			accepts = accepts || nftMayChoose(choices, port, set)
		}
		if match, ok := e["match"].(map[string]any); ok && !nftMayMatch(match, port, set) {
			return false
		}
	}
	return accepts
}

// nftMayChoose reports whether a verdict map may accept a connection. The chains that it
// jumps to are evaluated by themselves.
func nftMayChoose(choices map[string]any, port uint16, set func(string) []any) bool {
	data, _ := choices["data"].(map[string]any)
	pairs, ok := data["set"].([]any)
	return !ok || slices.ContainsFunc(pairs, func(one any) bool {
		pair, ok := one.([]any)
		if !ok || len(pair) != 2 {
			return true
		}
		verdict, _ := pair[1].(map[string]any)
		_, accepts := verdict["accept"]
		return accepts && nftMayMatch(map[string]any{"op": "==", "left": choices["key"], "right": pair[0]}, port, set)
	})
}

func nftMayMatch(match map[string]any, port uint16, set func(string) []any) bool {
	if op := match["op"]; op != "==" && op != "in" {
		return true
	}
	left, _ := match["left"].(map[string]any)
	right := match["right"]
	payload, _ := left["payload"].(map[string]any)
	meta, _ := left["meta"].(map[string]any)
	ct, _ := left["ct"].(map[string]any)
	switch {
	case payload["field"] == "dport":
		return (payload["protocol"] == "tcp" || payload["protocol"] == "th") && nftHolds(right, set, func(v any) bool { return v == float64(port) }, port)
	case payload["protocol"] == "udp", payload["protocol"] == "icmp", payload["protocol"] == "icmpv6":
		return false
	case payload["field"] == "protocol", payload["field"] == "nexthdr", meta["key"] == "l4proto":
		return nftHolds(right, set, func(v any) bool { return v == "tcp" || v == float64(6) }, 0)
	case ct["key"] == "state":
		return nftHolds(right, set, func(v any) bool { return v == "new" }, 0)
	case meta["key"] == "iif", meta["key"] == "iifname":
		return !nftHolds(right, set, func(v any) bool { return v == "lo" }, 0)
	default:
		return true
	}
}

// nftHolds reports whether in, which is a value, a list, a set, a range of ports or the
// name of a set, contains a value.
func nftHolds(in any, set func(string) []any, is func(any) bool, port uint16) bool {
	anyOf := func(all []any) bool {
		return slices.ContainsFunc(all, func(one any) bool { return nftHolds(one, set, is, port) })
	}
	switch v := in.(type) {
	case []any:
		return anyOf(v)
	case string:
		if strings.HasPrefix(v, "@") {
			return anyOf(set(v))
		}
	case map[string]any:
		if all, ok := v["set"].([]any); ok {
			return anyOf(all)
		}
		if ends, ok := v["range"].([]any); ok && len(ends) == 2 {
			low, ok1 := ends[0].(float64)
			high, ok2 := ends[1].(float64)
			return ok1 && ok2 && low <= float64(port) && float64(port) <= high
		}
	}
	return is(in)
}

package reach

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

var nftables = wall{
	others:    "the firewall's rules (nftables) block others. Let them in with: %s",
	discovery: "this computer and others do not find each other's streams, because the firewall's rules (nftables) block UDP port 5353. Open it with: %s",
}

// behindNftables reads the kernel's rules, which only the administrator may read.
func behindNftables(ctx context.Context, d door) error {
	listed, err := exec.CommandContext(ctx, "nft", "-j", "list", "ruleset").Output()
	if err != nil {
		return nil
	}
	chain, ok := nftDrops(listed, d)
	if !ok {
		return nil
	}
	command := fmt.Sprintf("sudo nft insert rule %s %s dport %d accept", chain, d.protocol, d.port)
	return d.shut(nftables, command)
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
			Family, Table, Chain string
			Expr                 []map[string]any
		}
	}
}

// nftDrops returns a chain that drops new connections from other machines to a door. Where
// a rule that is not understood may let them in, it returns none.
func nftDrops(listed []byte, d door) (chain string, drops bool) {
	var listing nftRules
	if json.Unmarshal(listed, &listing) != nil {
		return "", false
	}
	w := nftWalk{door: d, rules: map[string][][]map[string]any{}, sets: map[string][]any{}, fates: map[string]fate{}}
	for _, o := range listing.Nftables {
		if o.Set != nil {
			w.sets[o.Set.Family+" "+o.Set.Table+" @"+o.Set.Name] = o.Set.Elem
		}
		if o.Rule != nil {
			at := o.Rule.Family + " " + o.Rule.Table + " " + o.Rule.Chain
			w.rules[at] = append(w.rules[at], o.Rule.Expr)
		}
	}
	for _, o := range listing.Nftables {
		c := o.Chain
		if c == nil || c.Type != "filter" || c.Hook != "input" || c.Family != "ip" && c.Family != "inet" {
			continue
		}
		at := c.Family + " " + c.Table
		if end := w.walk(at, c.Name); end == dropped || end == undecided && c.Policy == "drop" {
			return at + " " + c.Name, true
		}
	}
	return "", false
}

// fate is what becomes of a packet in a chain.
type fate int

const (
	undecided fate = iota // the chain's end is reached
	letIn                 // by a rule that surely or maybe applies
	dropped               // by a rule that surely applies
)

// likely says whether a rule applies to a new connection from another machine.
type likely int

const (
	never likely = iota
	maybe        // it depends on who connects, or is not understood
	surely
)

func certain(yes bool) likely {
	if yes {
		return surely
	}
	return never
}

// nftWalk follows a packet to a door through the rules.
type nftWalk struct {
	door  door
	rules map[string][][]map[string]any // of each chain, "inet filter input", its rules' expressions
	sets  map[string][]any              // elements of each set, "inet filter @ports"
	fates map[string]fate               // of the chains walked before
}

// walk follows the rules of a chain in order.
func (w nftWalk) walk(table, chain string) fate {
	at := table + " " + chain
	if end, ok := w.fates[at]; ok {
		return end
	}
	w.fates[at] = undecided // the kernel takes no loops
	end := undecided
	for _, rule := range w.rules[at] {
		var left bool
		if end, left = w.follow(table, rule); end != undecided || left {
			break
		}
	}
	w.fates[at] = end
	return end
}

// follow does what one rule says. With left, the packet leaves the chain undecided.
func (w nftWalk) follow(table string, rule []map[string]any) (end fate, left bool) {
	applies := surely
	for _, expression := range rule {
		for kind, value := range expression {
			switch kind {
			case "match":
				match, _ := value.(map[string]any)
				applies = min(applies, w.matches(table, match))
			case "vmap":
				choices, _ := value.(map[string]any)
				if end := w.choose(table, choices, applies); end != undecided {
					return end, false
				}
			case "counter", "log", "comment":
			default:
				if end, left, isVerdict := w.judge(table, expression, applies); isVerdict {
					return end, left
				}
				applies = min(applies, maybe)
			}
		}
		if applies == never {
			return undecided, false
		}
	}
	return undecided, false
}

// judge carries out a verdict, which applies or may.
func (w nftWalk) judge(table string, verdict map[string]any, applies likely) (end fate, left, isVerdict bool) {
	for kind, value := range verdict {
		switch kind {
		case "accept":
			return letIn, false, true
		case "drop", "reject":
			if applies == surely {
				return dropped, false, true
			}
			return undecided, false, true
		case "return":
			return undecided, applies == surely, true
		case "jump", "goto":
			to, _ := value.(map[string]any)
			chain, _ := to["target"].(string)
			end = w.walk(table, chain)
			if end == dropped && applies != surely {
				end = undecided
			}
			return end, kind == "goto" && applies == surely, true
		}
	}
	return undecided, false, false
}

// choose follows a verdict map: of its verdicts, the first one that decides.
func (w nftWalk) choose(table string, choices map[string]any, applies likely) fate {
	data, _ := choices["data"].(map[string]any)
	pairs, ok := data["set"].([]any)
	if !ok {
		return letIn // it is a named map, which is not read
	}
	for _, one := range pairs {
		pair, ok := one.([]any)
		if !ok || len(pair) != 2 {
			return letIn
		}
		chosen := w.matches(table, map[string]any{"op": "==", "left": choices["key"], "right": pair[0]})
		verdict, _ := pair[1].(map[string]any)
		if chosen = min(chosen, applies); chosen == never {
			continue
		}
		if end, _, _ := w.judge(table, verdict, chosen); end != undecided {
			return end
		}
	}
	return undecided
}

func (w nftWalk) matches(table string, match map[string]any) likely {
	is := w.compares(table, match)
	switch match["op"] {
	case "==", "in":
		return is
	case "!=":
		return surely - is
	default:
		return maybe
	}
}

// compares tells whether the left side of a match is, or is in, its right side.
func (w nftWalk) compares(table string, match map[string]any) likely {
	left, _ := match["left"].(map[string]any)
	payload, _ := left["payload"].(map[string]any)
	meta, _ := left["meta"].(map[string]any)
	ct, _ := left["ct"].(map[string]any)
	protocol, _ := payload["protocol"].(string)
	holds := func(is func(any) bool) bool { return w.holds(table, match["right"], is) }
	switch {
	case payload["field"] == "dport" && (protocol == w.door.protocol || protocol == "th"):
		return certain(holds(func(v any) bool { return v == float64(w.door.port) }))
	case protocol != w.door.protocol && slices.Contains([]string{"tcp", "udp", "udplite", "sctp", "dccp", "icmp", "icmpv6"}, protocol):
		return never
	case payload["field"] == "protocol", payload["field"] == "nexthdr", meta["key"] == "l4proto":
		number := map[string]float64{"tcp": 6, "udp": 17}[w.door.protocol]
		return certain(holds(func(v any) bool { return v == w.door.protocol || v == number }))
	case ct["key"] == "state":
		return certain(holds(func(v any) bool { return v == "new" }))
	case meta["key"] == "iif", meta["key"] == "iifname":
		return min(maybe, certain(!holds(func(v any) bool { return v == "lo" })))
	default:
		return maybe
	}
}

// holds reports whether in, which is a value, a list, a set, a range of ports or the name of
// a set of the table, contains a value.
func (w nftWalk) holds(table string, in any, is func(any) bool) bool {
	anyOf := func(all []any) bool {
		return slices.ContainsFunc(all, func(one any) bool { return w.holds(table, one, is) })
	}
	switch v := in.(type) {
	case []any:
		return anyOf(v)
	case string:
		if strings.HasPrefix(v, "@") {
			return anyOf(w.sets[table+" "+v])
		}
	case map[string]any:
		if all, ok := v["set"].([]any); ok {
			return anyOf(all)
		}
		if one, ok := v["elem"].(map[string]any); ok {
			return w.holds(table, one["val"], is)
		}
		if ends, ok := v["range"].([]any); ok && len(ends) == 2 {
			low, ok1 := ends[0].(float64)
			high, ok2 := ends[1].(float64)
			return ok1 && ok2 && low <= float64(w.door.port) && float64(w.door.port) <= high
		}
	}
	return is(in)
}

package reach

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	filter   = "table inet filter {\n chain input {\n type filter hook input priority 0; policy "
	replies  = "ct state established,related accept\n iifname lo accept\n"
	likeUFW  = "chain ours {\n udp dport 5353 ip daddr 224.0.0.251 accept\n }\n"
	refusing = "chain theirs {\n tcp dport 22 accept\n reject\n }\n"
)

// TestRulesOfTheKernel sets rules in a network namespace of its own. The command that Check
// names must open the door.
func TestRulesOfTheKernel(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, for firewall rules")
	}
	page := door{"tcp", 8080}
	for name, c := range map[string]struct {
		rules string // of nft, or commands
		shut  []door
	}{
		"none":                              {"", nil},
		"all is dropped":                    {filter + "drop;\n" + replies + "}\n}", []door{page, discoveryDoor}},
		"the page is let in":                {filter + "drop;\n" + replies + "tcp dport 8080 accept\n}\n}", []door{discoveryDoor}},
		"discovery is let in":               {filter + "drop;\n" + replies + "udp dport { 53, 5353 } accept\n}\n}", []door{page}},
		"discovery in another chain":        {"table inet filter {\n" + likeUFW + "chain input {\n type filter hook input priority 0; policy drop;\n jump ours\n }\n}", []door{page}},
		"a chain that nobody jumps to":      {"table inet filter {\n" + likeUFW + "chain input {\n type filter hook input priority 0; policy drop;\n }\n}", []door{page, discoveryDoor}},
		"a rule drops discovery":            {filter + "accept;\n" + replies + "udp dport 5353 drop\n}\n}", []door{discoveryDoor}},
		"a rule drops one neighbour's":      {filter + "accept;\n ip saddr 10.0.0.9 udp dport 5353 drop\n}\n}", nil},
		"another chain rejects what is not": {"table inet filter {\n" + refusing + "chain input {\n type filter hook input priority 0; policy accept;\n" + replies + "goto theirs\n }\n}", []door{page, discoveryDoor}},
		"only the loopback interface":       {filter + "accept;\n iifname != \"lo\" udp dport 5353 reject\n}\n}", []door{discoveryDoor}},
		"verdicts by port":                  {filter + "drop;\n tcp dport vmap { 22 : accept, 8080 : accept }\n udp dport vmap { 5353 : drop }\n}\n}", []door{discoveryDoor}},
		"a limit":                           {filter + "accept;\n udp dport 5353 limit rate over 100/second drop\n}\n}", nil},
		"iptables drops discovery":          {"iptables -A INPUT -p udp --dport 5353 -j DROP", []door{discoveryDoor}},
		"iptables drops all":                {"iptables -P INPUT DROP; iptables -A INPUT -i lo -j ACCEPT; iptables -A OUTPUT -j ACCEPT", []door{page, discoveryDoor}},
	} {
		t.Run(name, func(t *testing.T) {
			inNetwork(t, func() error {
				if err := setRules(c.rules); err != nil {
					return err
				}
				for _, d := range []door{page, discoveryDoor} {
					err := behindNftables(t.Context(), d)
					shut := strings.Contains(strings.Join(names(c.shut), " "), d.String())
					if shut != (err != nil) {
						t.Errorf("%v: %v, want it shut: %v", d, err, shut)
					}
					if err == nil {
						continue
					}
					_, command, _ := strings.Cut(err.Error(), " with: sudo ")
					if err := run(command); err != nil {
						return err
					}
					if err := behindNftables(t.Context(), d); err != nil {
						t.Errorf("%v, after %q: %v", d, command, err)
					}
				}
				return nil
			})
		})
	}
}

func names(doors []door) (all []string) {
	for _, d := range doors {
		all = append(all, d.String())
	}
	return all
}

// setRules gives the rules to nft, or runs them if they are commands of iptables.
func setRules(rules string) error {
	if strings.HasPrefix(rules, "iptables") {
		return run(rules)
	}
	return run("nft -f - <<'END'\n" + rules + "\nEND\n")
}

func run(command string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	said, err := exec.CommandContext(ctx, "sh", "-ec", command).CombinedOutput()
	if err != nil {
		return errors.New(command + ": " + err.Error() + ": " + string(said))
	}
	return nil
}

// inNetwork runs do in a new network namespace, which the programs that it starts share.
func inNetwork(t *testing.T, do func() error) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the thread ends with the goroutine
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			done <- err
			return
		}
		done <- do()
	}()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

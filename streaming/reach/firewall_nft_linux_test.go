package reach

import (
	"os"
	"path/filepath"
	"testing"
)

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
			chain, got := nftDrops(content, door{"tcp", port})
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
		if chain, drops := nftDrops(content, door{"tcp", port}); drops != (chain != "") {
			t.Errorf("%q, %v", chain, drops)
		}
	})
}

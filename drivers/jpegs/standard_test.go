package jpegs

import (
	"slices"
	"testing"
)

func TestAreStandard(t *testing.T) {
	all := standardTables[4:]
	one := all[:1+16+12]
	changed := slices.Clone(all)
	changed[len(changed)-1]++
	moved := slices.Clone(one)
	moved[0] = 1
	for _, test := range []struct {
		name    string
		content []byte
		want    bool
	}{
		{"all", all, true},
		{"one", one, true},
		{"twice", slices.Concat(all, one), true},
		{"none", nil, true},
		{"another value", changed, false},
		{"at another destination", moved, false},
		{"an unknown destination", []byte{2}, false},
		{"cut short", all[:len(all)-1], false},
		{"more behind", slices.Concat(all, []byte{0}), false},
	} {
		if got := AreStandard(test.content); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/template"

	"github.com/alecthomas/kong"
)

// manuals is where the man page and the shells' completions are, each beside the
// template that it is made from.
const manuals = "../assets/package/manual"

var writeManuals = flag.Bool("manual", false, "write the man page and the completions anew")

// TestManual holds the man page and the completions to the options that there are.
// "make manual" writes them anew.
func TestManual(t *testing.T) {
	parser, err := newParser(new(options))
	if err != nil {
		t.Fatal(err)
	}
	templates, err := filepath.Glob(filepath.Join(manuals, "*.tmpl"))
	if err != nil || len(templates) != 3 {
		t.Fatalf("the templates are %q, %v; want three", templates, err)
	}
	for _, name := range templates {
		var want bytes.Buffer
		if err := writeManual(&want, name, parser.Model); err != nil {
			t.Fatal(err)
		}
		path := strings.TrimSuffix(name, ".tmpl")
		if *writeManuals {
			if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s is not what its template and the options make; run \"make manual\" and look at the change", path)
		}
	}
}

// writeManual runs the template on the command line.
func writeManual(w io.Writer, path string, model *kong.Application) error {
	page, err := template.New(filepath.Base(path)).
		Funcs(template.FuncMap{"roff": roff, "zsh": zsh}).
		ParseFiles(path)
	if err != nil {
		return err
	}
	return page.Execute(w, model)
}

var roffSpecial = strings.NewReplacer(`\`, `\e`, `-`, `\-`)

// roff escapes text for a man page. Newlines must not be in it.
func roff(text string) string {
	text = roffSpecial.Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		return `\&` + text
	}
	return text
}

var zshSpecial = regexp.MustCompile(`[][:\\]`)

// zsh escapes text for the explanation of an option in zsh's _arguments, in single quotes.
func zsh(text string) string {
	return strings.ReplaceAll(zshSpecial.ReplaceAllString(text, `\$0`), `'`, `'\''`)
}

func TestManualEscapes(t *testing.T) {
	for _, test := range []struct {
		escape          func(string) string
		text, want, why string
	}{
		{roff, `.a --b 'c\d`, `\&.a \-\-b 'c\ed`, "a dot at the beginning is a request, a bare - is a hyphen"},
		{roff, `'a`, `\&'a`, "so is a quote"},
		{zsh, `a:b [c] it's`, `a\:b \[c\] it'\''s`, "colons and brackets divide"},
	} {
		if got := test.escape(test.text); got != test.want {
			t.Errorf("%q is %q, want %q: %s", test.text, got, test.want, test.why)
		}
	}
}

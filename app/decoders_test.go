package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mayDecode are the files that call a decoder of the standard library, and why. All
// other pictures are decoded by package pixels, whose gate refuses what would be too
// much work for its bytes.
var mayDecode = map[string]string{
	"../app/nearby.go":                    "decodes what pixels has just made small",
	"../drivers/drivertest/drivertest.go": "is part of tests",
}

func TestNoPictureIsDecodedAroundTheGate(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		calls, err := decoderCalls(path, nil)
		if len(calls) > 0 && mayDecode[path] == "" {
			t.Errorf("%s calls %s: let package pixels decode, which bounds the work", path, strings.Join(calls, ", "))
		}
		seen += len(calls)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < len(mayDecode) {
		t.Errorf("%d calls are seen", seen)
	}
}

// decoderCalls are the calls in a Go file that decode a whole picture. The content is
// that of the file if source is nil; see parser.ParseFile.
func decoderCalls(path string, source any) (calls []string, err error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if called, ok := n.(*ast.SelectorExpr); ok {
			if from, ok := called.X.(*ast.Ident); ok && called.Sel.Name == "Decode" &&
				slices.Contains([]string{"image", "jpeg", "png", "gif", "webp", "bmp", "tiff"}, from.Name) {
				calls = append(calls, from.Name+".Decode")
			}
		}
		return true
	})
	return calls, nil
}

func TestDecoderCalls(t *testing.T) {
	for source, want := range map[string]int{
		"package p\nfunc f() { jpeg.Decode(r); image.Decode(r) }":      2,
		"package p\nvar f = png.Decode":                                1,
		"package p\nfunc f() { jpeg.DecodeConfig(r); json.Decode(r) }": 0,
	} {
		if calls, err := decoderCalls("p.go", source); err != nil || len(calls) != want {
			t.Errorf("%q: %q, %v", source, calls, err)
		}
	}
}

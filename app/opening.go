package main

import (
	"fmt"
	"net/url"
	"path/filepath"
)

// OpenLink is called by the window: it opens an address in a browser.
func (p *program) OpenLink(link string) {
	p.working.Go(func() {
		address, err := url.Parse(link)
		if err == nil {
			err = p.openURL(address)
		}
		if err != nil {
			err = fmt.Errorf("no browser could be opened (%w); open this address in one: %s", err, link)
		}
		p.report(openTrouble, err)
	})
}

// ShowInFolder is called by the window.
func (p *program) ShowInFolder(path string) {
	p.working.Go(func() {
		err := showInFolder(p.ctx, path)
		if err != nil {
			err = p.openURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Dir(path))})
		}
		if err != nil {
			err = fmt.Errorf("no file manager could be opened (%w); the picture is %s", err, path)
		}
		p.report(openTrouble, err)
	})
}

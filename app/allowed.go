package main

import (
	"fmt"
	"slices"
	"strings"

	"fanlight/streaming/reach"
	"fanlight/streaming/web"
	"fanlight/ui"
)

// checkAllowed checks --allow-host and --allow-origin.
func (o *options) checkAllowed() error {
	for _, host := range o.AllowHost {
		if strings.Contains(host, ":") || !reach.IsName(reach.HostName(host)) {
			return fmt.Errorf("--allow-host is a name such as camera.example.org, not %q", host)
		}
	}
	for _, site := range o.AllowOrigin {
		if _, err := web.ParseOrigin(site); err != nil {
			return fmt.Errorf("--allow-origin: %w", err)
		}
	}
	return nil
}

// hosts returns the names of --allow-host as they are compared.
func (o *options) hosts() []string {
	var names []string
	for _, host := range o.AllowHost {
		names = append(names, reach.HostName(host))
	}
	return names
}

// allowedOrigins returns the web sites that may show the stream: those given by hand and
// those of the settings.
func (o *options) allowedOrigins(r remembered) []string {
	return slices.Concat(o.AllowOrigin, r.AllowOrigins)
}

// SetSites is called by the window, unless --allow-origin was given. It is in force when
// it returns.
func (p *program) SetSites(sites []string) error {
	var origins []string
	for _, site := range sites {
		origin, err := web.ParseOrigin(site)
		if err != nil {
			return err
		}
		origins = append(origins, origin)
	}
	p.server.AllowOrigins(origins)
	p.keep(func(r *remembered) { r.AllowOrigins = origins })
	return nil
}

// showSites shows the window which sites are allowed.
func (p *program) showSites(s *ui.State) {
	s.Sites, s.SitesGiven = p.options.allowedOrigins(p.settings.get()), len(p.options.AllowOrigin) > 0
}

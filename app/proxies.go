package main

import (
	"net/netip"

	"fanlight/streaming/web"
)

// proxy is a reverse proxy as the user writes it; see [web.ParseProxy].
type proxy netip.Prefix

func (p *proxy) UnmarshalText(text []byte) error {
	network, err := web.ParseProxy(string(text))
	*p = proxy(network)
	return err
}

func (o *options) proxies() (networks []netip.Prefix) {
	for _, p := range o.Proxies {
		networks = append(networks, netip.Prefix(p))
	}
	return networks
}

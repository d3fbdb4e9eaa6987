// Package reach finds and opens the address at which others can watch, and what keeps
// them from it.
//
// Package app calls [Listen] for the listener, [Link] for the address to show, [Check] for
// firewalls, and [OwnCertificate] for HTTPS. Package web calls [Ours] to check that a
// request is for this machine, [MachineName] for the names of viewers' machines, and
// [Neighbour] to tell machines apart. It imports discovery for the networks, and may
// import nothing else of Fanlight.
//
// The way of an address: options ──► Listen ──► net.Listener ──► Link, with this machine's
// name or its address on the network ──► the window, the QR code, standard output.
package reach

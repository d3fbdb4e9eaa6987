// Package reach is about the address that others can open: listening on it, naming
// it in a link, and what keeps others from it.
//
// The program calls [Listen] for the listener, [Link] for the address to show, and
// [Check] for firewalls; [OwnCertificate] is what HTTPS is spoken with. Package web
// asks [Ours] whether a request means this machine, and [MachineName] who a viewer is.
// It imports discovery for the networks, and knows no pictures, viewers or cameras.
package reach

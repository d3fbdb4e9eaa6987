// Package discovery announces the stream on the local network, so that people
// find the camera by its name, and finds the streams of others: DNS-SD (RFC 6763)
// over multicast DNS (RFC 6762), through github.com/grandcat/zeroconf.
//
// Package app calls [Announce] and [Browse]; reach and app ask it about this machine's
// networks and name. Of Fanlight it imports only its room avahi.
//
// There are two ways, and each interface takes one of them. Where avahi-daemon runs, lets
// programs publish, and serves the interface, the daemon announces and browses: two
// responders on one machine take each other's unicast packets (RFC 6762, section 15). On
// other interfaces, and on machines without the daemon, it is zeroconf and what is around
// it. An own stream goes from [Service] to makers, and from there to the deputy (through
// the daemon) or to the speaker (with zeroconf). A stream of others goes from a source (the
// daemon, or a packet: browse_source.go) to the cache of records, from there to a check
// that it answers, and then to the loop over Browse.
//
// zeroconf v1.0.0 answers questions. What it lacks is around it:
// Networks follows the network; speaker finds a free name, defends it or gives way, and
// answers for the host name where no other responder does; wire sends and receives what
// zeroconf does not; the cache decides what to ask. zeroconf tells all addresses of an
// interface: where one is about to go, the speaker answers alone. It also says goodbye for a
// type of service, which others may have; so on Linux it says nothing unasked on a network.
//
// Limits of zeroconf that remain where it announces:
//
//   - It answers each question at once, and so more often than once a second
//     (RFC 6762, section 6).
//   - It answers with a time to live of 3200 s, which cannot be changed without a
//     data race; the speaker's answers, of 120 s, follow each of its own. Its
//     unicast answers are followed by a multicast one.
//   - Its sockets share UDP port 5353 with those of other programs, and the kernel gives
//     a unicast packet to only one of them. A unicast question for a name may get no
//     answer while the stream is announced.
//   - It does not read a packet with a malformed record; the speaker answers it.
//   - It suppresses a known answer only if that has 1600 s left (RFC 6762, section 7.1),
//     which ours never have, and answers anyway; so the speaker, whose answer must be
//     the last, answers as well.
//   - It compares the names in questions case-sensitively.
package discovery

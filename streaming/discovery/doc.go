// Package discovery announces the stream on the local network, so that people
// find the camera by its name, and finds the streams of others: DNS-SD (RFC 6763)
// over multicast DNS (RFC 6762), through github.com/grandcat/zeroconf.
//
// Package app calls [Announce] and [Browse]; reach and app ask it about this machine's
// networks and name. It imports nothing of Fanlight. A stream of others goes from a packet
// (browse_packet.go) to the cache of records, from there to a check that it answers, and
// then to the loop over Browse. An own stream goes from [Service] to zeroconf and to the
// speaker.
//
// zeroconf v1.0.0 asks, answers questions and says goodbye. What it lacks is around it:
// Networks follows the network; speaker finds a free name, defends it or gives way, and
// answers for the host name where no other responder does; wire sends and receives what
// zeroconf does not. To find others, cache keeps the records that the wire receives, and
// checks drop streams that no longer answer.
//
// Limits of zeroconf that remain:
//
//   - It answers with a time to live of 3200 s, which cannot be changed without a
//     data race; the speaker's answers, of 120 s, follow each of its own. Its
//     unicast answers are followed by a multicast one.
//   - Its sockets share UDP port 5353 with avahi-daemon's, and the kernel gives
//     a unicast packet to only one of them. A unicast question for a name may get no
//     answer while the stream is announced.
//   - It suppresses a known answer only if that has 1600 s left (RFC 6762, section 7.1),
//     which ours never have, and answers anyway; so the speaker, whose answer must be
//     the last, answers as well.
//   - It compares the names in questions case-sensitively.
package discovery

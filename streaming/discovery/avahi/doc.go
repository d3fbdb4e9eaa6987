// Package avahi publishes services and browses for records through avahi-daemon, the
// multicast DNS responder of most Linux desktops and of Raspberry Pi OS. Two responders
// on one machine take each other's unicast packets (RFC 6762, section 15), so where the
// daemon runs, it should be the only one.
//
// Package discovery calls it, and decides what is announced under which name; this package
// imports nothing of Fanlight and only talks over D-Bus (avahi's avahi-daemon/
// org.freedesktop.Avahi.*.xml). [Watch] reports the daemon, [Publish] has it announce, and
// [Browse] yields the records that it receives.
//
// It uses godbus alone: github.com/holoplot/go-avahi v1.0.1 spins once the bus is gone,
// holds its lock while it waits for the receiver of a record, and may send on a closed
// channel while a browser is freed.
package avahi

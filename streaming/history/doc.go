// Package history keeps the last minutes of a feed in memory, for replay and recording: the
// frames themselves, without a copy. Package app makes a [History] for its feed, and passes it
// to web and recording as a [replay.Past]. It imports streaming and replay alone.
//
// What it keeps is bounded in bytes. It does not keep the camera on, takes no cards, and holds
// nothing of a camera once another one is chosen.
package history

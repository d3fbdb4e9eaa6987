// Package newest gives a consumer that is slower than its camera the newest picture,
// and never a queue of old ones.
//
// The rooms process and network call it, for sources that must be read at their own
// pace. It imports nothing of Fanlight but jpegs. A picture is copied once, on its
// way from the goroutine that reads the source to the one that ranges over Of or
// takes from a Box.
package newest

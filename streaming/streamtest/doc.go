// Package streamtest has a camera for tests of package streaming and of what is built on
// a Feed.
//
// Only tests import it; it imports streaming and nothing else of Fanlight. [Camera]
// delivers tiny pictures in turn, at its rate, to the [streaming.Feed] that it makes.
package streamtest

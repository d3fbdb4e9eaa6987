// Package replay plays pictures of the past: those of a [Past], at the times at which they were
// taken.
// Each viewer has a moment of their own; the others, and who watches live, notice nothing.
//
// A Past is what package history keeps of a feed, or a file that package recording has written;
// web and app play it. This package imports streaming alone.
package replay
